package io.sluice.compose.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.view.Status;
import io.sluice.compose.view.StatusText;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Replay;
import io.sluice.topology.audit.Replay.Result;
import io.sluice.topology.audit.Replay.Result.Moment;
import io.sluice.topology.history.Place;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows a cluster as it was. */
@Command(
    name = "replay",
    description = "Shows the fleet as it was at a moment.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions options = new HistoryOptions();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      required = true,
      converter = io.sluice.compose.cli.Moment.class,
      description = "When: " + io.sluice.compose.cli.Moment.FORMS + ".")
  private Instant time = Instant.EPOCH;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Console console = Console.of(spec);
    io.sluice.compose.cli.Moment.requirePast(time, "--at", spec);
    return switch (Replay.at(ProgressHistory.of(options.open()), time)) {
      case Moment moment -> {
        Status status = Status.of(moment.zones(), moment.time());
        if (json) {
          Line line =
              new Line(
                  moment.time(),
                  moment.last(),
                  moment.facts(),
                  desired(moment),
                  moment.places(),
                  status);
          console.out().println(Json.mapper().writeValueAsString(line));
        } else {
          print(moment, status, console.out());
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

  private static Map<ZoneId, Integer> desired(Moment moment) {
    Map<ZoneId, Integer> desired = new TreeMap<>();
    moment.zones().forEach((zone, state) -> desired.put(zone, state.desired()));
    return desired;
  }

  private static void print(Moment moment, Status status, PrintWriter out) {
    out.printf(
        "at %s: %d facts read, the last of %s%n",
        Times.format(moment.time()), moment.facts(), Times.format(moment.last()));
    moment
        .undeclared()
        .forEach(zone ->
            out.printf(
                "zone %s: its declaration is not in the journal; if the beginning was cut off, this is not all%n",
                zone));
    StatusText.print(status, out);
  }

  /** A moment for programs: what status prints, and what was wanted. */
  private record Line(
      Instant time,
      Instant last,
      long facts,
      Map<ZoneId, Integer> desired,
      Map<ZoneId, Place> places,
      @JsonUnwrapped Status status) {}
}
