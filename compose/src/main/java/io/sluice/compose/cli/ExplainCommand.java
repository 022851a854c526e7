package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Explanation;
import io.sluice.topology.audit.Explanation.Result;
import io.sluice.topology.history.History;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells why something was decided, or why not. */
@Command(
    name = "explain",
    description = "Tells how a fact was weighed, also if nothing came of it.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions options = new HistoryOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "ZONE@OFFSET",
      description = "A command's id, or any place in the journal, such as zone1@1234.")
  private @Nullable String place;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "With --at: the zone to be explained.")
  private @Nullable String zone;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "The zone's last observation at this time: " + Moment.FORMS + ".")
  private @Nullable Instant time;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Console console = Console.of(spec);
    return switch (explain()) {
      case Result.Explained(Explanation explanation) -> {
        if (json) {
          console.out().println(Json.mapper().writeValueAsString(explanation));
        } else {
          explanation.sentences().forEach(console.out()::println);
        }
        console.out().flush();
        yield ExitCode.OK;
      }
      case Result.NotFound(String sentence) -> {
        console.warn(sentence);
        yield ExitCode.FAILED;
      }
    };
  }

  private Result explain() {
    if (place != null && zone == null && time == null) {
      CommandId id = parse(place, CommandId::of);
      return Explanation.of(history(), id);
    }
    if (place == null && zone != null && time != null) {
      Moment.requirePast(time, "--at", spec);
      return Explanation.of(history(), parse(zone, ZoneId::new), time);
    }
    throw refused("expected a place such as zone1@1234, or --zone ZONE with --at TIME");
  }

  private History history() {
    return ProgressHistory.of(options.open());
  }

  private <T> T parse(String text, java.util.function.Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException malformed) {
      throw refused(String.valueOf(malformed.getMessage()));
    }
  }

  private ParameterException refused(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }
}
