package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.history.Span;
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
  /** Commands, newest first. */
  Finding commands(CommandsQuestion question);

  /** A command with its explanation. */
  Finding command(CommandId id);

  /**
   * Why a zone had the servers that it had.
   *
   * @param at the moment to explain; empty: now
   */
  Finding explain(ZoneId zone, Optional<Instant> at);

  /**
   * Zones as they were at a moment, each with the place in the journal that it had come to.
   *
   * @param zone only this one, which is found as an object; empty: a list of all
   */
  Finding zones(Optional<ZoneId> zone, Instant at);

  /** How a zone's load and its servers went through a time. */
  Finding series(ZoneId zone, Span span);

  /** What would have happened with another policy; the request says to what. */
  Finding whatIf(JsonNode request);

  /** What was found out. */
  sealed interface Finding {
    /**
     * An answer.
     *
     * @param value to be written as JSON
     * @param more the place behind which there may be more of it; empty: that is all
     */
    record Found(Object value, Optional<CommandsQuestion.Place> more) implements Finding {
      /** All that there is. */
      public Found(Object value) {
        this(value, Optional.empty());
      }
    }

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
