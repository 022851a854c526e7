package io.sluice.compose.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.history.ParallelAudit;
import io.sluice.compose.view.SideBySide;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Counts;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.audit.Verdict.Difference;
import io.sluice.topology.audit.Verdict.Stopped;
import io.sluice.topology.audit.Verdict.Verified;
import io.sluice.topology.history.History;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Decides everything in a journal once more, and compares. */
@Command(
    name = "audit",
    description =
        "Folds the journal once more and compares every command with the recorded one, byte for byte.",
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions options = new HistoryOptions();

  @Option(
      names = "--complete",
      description =
          "The last facts were decided on: a command that they give and that is not recorded is a"
              + " difference, not pending.")
  private boolean complete;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Moment.class,
      description =
          "Audits what came after this time; what was by then is taken as it is recorded: "
              + Moment.FORMS
              + ".")
  private @Nullable Instant since;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = Console.of(spec).out();
    if (since != null) {
      Moment.requirePast(since, "--since", spec);
    }
    History history = options.open();
    long begin = System.nanoTime();
    Verdict verdict =
        ParallelAudit.of(ProgressHistory.of(history), Optional.ofNullable(since), complete);
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (json) {
      out.println(Json.mapper().writeValueAsString(object(verdict, seconds)));
    } else {
      String name =
          since == null ? history.name() : history.name() + ", since " + Times.format(since);
      print(verdict, name, seconds, out);
    }
    out.flush();
    return verdict instanceof Verified ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void print(Verdict verdict, String name, double seconds, PrintWriter out) {
    switch (verdict) {
      case Verified(Counts counts) -> {
        out.println("verified: " + name);
        print(counts, seconds, out);
      }
      case Difference difference -> {
        out.println("difference: " + difference.sentence());
        out.printf(
            "cause: %s%n",
            difference
                .cause()
                .map(cause -> "offset %d of the journal: %s".formatted(difference.offset(), cause))
                .orElse("none in the journal"));
        if (difference.expected().isPresent() || difference.found().isPresent()) {
          SideBySide.lines(difference.expected(), difference.found())
              .forEach(line -> out.println("  " + line));
        }
        print(difference.counts(), seconds, out);
      }
      case Stopped stopped -> {
        stopped.stops().forEach(stop -> out.println("stopped: " + stop.sentence()));
        print(stopped.counts(), seconds, out);
      }
    }
  }

  private static void print(Counts counts, double seconds, PrintWriter out) {
    Counts.Commands commands = counts.ofCommands();
    out.printf(
        Locale.ROOT,
        "  %-9s %,d in %,d zones; %,d numbered by their writers%s%n",
        "records",
        counts.records(),
        counts.zones(),
        counts.sequenced(),
        counts.malformed() == 0
            ? ""
            : "; %,d malformed, never facts".formatted(counts.malformed()));
    out.printf(
        Locale.ROOT,
        "  %-9s %,d; %,d the same byte for byte%s%s%n",
        "commands",
        commands.commands(),
        commands.recomputed(),
        commands.fromEvidence() == 0
            ? ""
            : "; %,d of other decision rules, verified from their evidence"
                .formatted(commands.fromEvidence()),
        commands.pending() == 0 ? "" : "; %,d more pending".formatted(commands.pending()));
    Counts.Checkpoints kept = counts.ofCheckpoints();
    if (kept.checkpoints() > 0) {
      out.printf(
          Locale.ROOT,
          "  %-9s %,d checkpoints; %,d the same as folded again%n",
          "states",
          kept.checkpoints(),
          kept.sameStates());
    }
    out.printf(
        Locale.ROOT, "  %-9s %.1f s, %,d records/s%n", "time", seconds, rate(counts, seconds));
  }

  private static long rate(Counts counts, double seconds) {
    return Math.round(counts.records() / seconds);
  }

  private static Line object(Verdict verdict, double seconds) {
    return switch (verdict) {
      case Verified(Counts counts) ->
          new Line(
              true, counts, rate(counts, seconds), Optional.empty(), List.of(), Optional.empty());
      case Difference difference ->
          new Line(
              false,
              difference.counts(),
              rate(difference.counts(), seconds),
              Optional.of(found(difference)),
              List.of(),
              Optional.of(difference.sentence()));
      case Stopped stopped ->
          new Line(
              false,
              stopped.counts(),
              rate(stopped.counts(), seconds),
              Optional.empty(),
              stopped.stops(),
              Optional.of(stopped.sentence()));
    };
  }

  private static Found found(Difference difference) {
    return new Found(
        difference.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        difference.zone(),
        difference.partition(),
        difference.offset(),
        difference.cause(),
        difference.expected(),
        difference.found());
  }

  /** The verdict for programs. */
  private record Line(
      boolean verified,
      @JsonUnwrapped Counts counts,
      long recordsPerSecond,
      Optional<Found> difference,
      List<Verdict.Stop> stopped,
      Optional<String> sentence) {}

  /** A difference for programs; the records in it are texts, since not all of them are JSON. */
  private record Found(
      String kind,
      Optional<ZoneId> zone,
      int partition,
      long offset,
      Optional<String> cause,
      Optional<String> expected,
      Optional<String> found) {}
}
