package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What can be said about the decisions on a fleet. The monitor answers for it over HTTP and does
 * not know how it is found out, which can take seconds of reading and folding. Implementations are
 * used by several threads, and stop with an exception soon after theirs is interrupted.
 */
public interface Decisions {
  /**
   * The last commands, newest first.
   *
   * @param zone only those of this zone; empty: of all zones
   * @param limit at most so many, 1 or more
   */
  Finding commands(Optional<ZoneId> zone, int limit);

  /** A command with its explanation. */
  Finding command(CommandId id);

  /**
   * Why a zone had the servers that it had.
   *
   * @param at the moment to explain; empty: now
   */
  Finding explain(ZoneId zone, Optional<Instant> at);

  /** What would have happened with another policy; the request says to what. */
  Finding whatIf(JsonNode request);

  /** What was found out. */
  sealed interface Finding {
    /**
     * An answer.
     *
     * @param value to be written as JSON
     */
    record Found(Object value) implements Finding {}

    /**
     * What was asked about is not there.
     *
     * @param sentence what is missing, and what there is
     */
    record Missing(String sentence) implements Finding {}

    /**
     * It can't be found out now.
     *
     * @param sentence why
     */
    record Unavailable(String sentence) implements Finding {}

    /**
     * The question makes no sense.
     *
     * @param problems everything that is wrong with it
     */
    record Malformed(List<Problem> problems) implements Finding {
      /** Copies the list. */
      public Malformed {
        problems = List.copyOf(problems);
      }
    }
  }
}
