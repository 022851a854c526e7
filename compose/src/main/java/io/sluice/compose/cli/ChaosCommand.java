package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.drill.Scratch;
import io.sluice.compose.drill.chaos.Chaos;
import io.sluice.compose.drill.chaos.ChaosConfig;
import io.sluice.compose.drill.chaos.ChaosReport;
import io.sluice.compose.drill.chaos.ChaosReport.Strike;
import io.sluice.compose.drill.chaos.ChaosReport.Verdict;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Hurts a cluster of its own, and looks whether it stays what it has to be. */
@Command(
    name = "chaos",
    description = {
      "Hurts a cluster of its own, of real processes and under load, by faults that a seed draws,",
      "and checks after each that all is well again and in the end that the journal is whole."
    },
    mixinStandardHelpOptions = true)
final class ChaosCommand implements Callable<Integer> {
  private static final long SEED_BOUND = 1_000_000;

  /** What of an invariant that does not hold is shown without {@code --json}. */
  private static final int BROKEN_SHOWN = 5;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "10m",
      description = "For how long faults are done; default: ${DEFAULT-VALUE}.")
  private String length = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Draws the same faults in the same order again; default: any.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--brokers",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many brokers Kafka has, 1 or 3; default: ${DEFAULT-VALUE}.")
  private int brokers;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only faults whose names have this in them, such as 'broker'; default: all.")
  private String only = "";

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    ChaosConfig config = config();
    Console console = Console.of(spec);
    try (Scratch scratch = Scratch.create("sluice-chaos")) {
      boolean held = false;
      try {
        ChaosReport report = Chaos.run(config, scratch.directory(), line -> tell(console, line));
        print(report, console.out());
        console.out().flush();
        held = report.held();
      } finally {
        if (!held) {
          console.warn("what the parts logged is in " + scratch.keep());
        }
      }
      return held ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static void tell(Console console, String line) {
    console.err().println(line);
    console.err().flush();
  }

  private ChaosConfig config() {
    Duration time =
        Durations.parse(length)
            .filter(wanted -> wanted.isPositive() && wanted.compareTo(Duration.ofDays(1)) <= 0)
            .orElseThrow(() -> refused("--for", length, "a duration up to 1d, such as 10m"));
    if (brokers != 1 && brokers != 3) {
      throw refused("--brokers", Integer.toString(brokers), "1 or 3");
    }
    long drawn = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(SEED_BOUND));
    try {
      return new ChaosConfig(time, drawn, brokers, Integer.MAX_VALUE, only);
    } catch (IllegalArgumentException nothing) {
      throw new ParameterException(commandLine(), "--only: " + nothing.getMessage(), nothing);
    }
  }

  private ParameterException refused(String option, String value, String expected) {
    return new ParameterException(
        commandLine(), "%s: is '%s', expected %s".formatted(option, value, expected));
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("a command runs only by the command line");
    }
    return spec.commandLine();
  }

  private void print(ChaosReport report, PrintWriter out) throws JsonProcessingException {
    if (json) {
      out.println(Json.mapper().writeValueAsString(report));
      return;
    }
    out.printf(
        Locale.ROOT,
        "%n%3s  %-13s %-28s %-26s %9s %9s %9s %6s%n",
        "",
        "at",
        "what",
        "whom",
        "lasted",
        "well in",
        "unseen",
        "failed");
    report.strikes().forEach(strike -> print(strike, out));
    out.printf(
        Locale.ROOT,
        "%nseed %d, %d %s; %,d requests answered, %,d not, %,d of these while the gateway was struck%n%s%n%n",
        report.seed(),
        report.brokers(),
        report.brokers() == 1 ? "broker" : "brokers",
        report.requests().answered(),
        report.requests().failed(),
        report.requests().excused(),
        report.audit());
    report.verdicts().forEach(verdict -> print(verdict, out));
  }

  private static void print(Strike strike, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%3d  %-13s %-28s %-26s %7.1f s %9s %7.1f s %6d%n",
        strike.number(),
        strike.at().truncatedTo(ChronoUnit.SECONDS).toString().substring(11),
        strike.what(),
        strike.hit(),
        seconds(strike.lasted()),
        strike.well() ? "%.1f s".formatted(seconds(strike.wellAfter())) : "never",
        seconds(strike.unobserved()),
        strike.failures());
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }

  private static void print(Verdict verdict, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%-7s %s%n",
        verdict.held() ? "held" : "BROKEN",
        verdict.invariant().sentence());
    verdict.broken().stream().limit(BROKEN_SHOWN).forEach(line -> out.println("          " + line));
    if (verdict.broken().size() > BROKEN_SHOWN) {
      out.println("          and %d more".formatted(verdict.broken().size() - BROKEN_SHOWN));
    }
  }
}
