package io.sluice.compose.cli;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.Ports;
import io.sluice.provisioner.FleetConfig;
import io.sluice.schemas.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a whole cluster in this process. */
@Command(
    name = "up",
    description = "Starts a whole cluster on this machine, and runs it until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 50;
  private static final Duration RUNTIME_MAX = Duration.ofDays(366);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML; see 'sluice config defaults'.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything lives that outlives the process; default: ~/.sluice.")
  private @Nullable Path data;

  @Option(names = "--zones", paramLabel = "N", description = "How many zones; default: 3.")
  private @Nullable Integer zones;

  @Option(
      names = "--fleet",
      paramLabel = "KIND",
      description = "What runs the servers: process (default), or docker.")
  private @Nullable String fleet;

  @Option(names = "--port-offset", paramLabel = "N", description = "Moves all ports by N.")
  private @Nullable Integer portOffset;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      description = "Stops by itself after this time, such as 60s, counted from ready.")
  private @Nullable String duration;

  @Override
  public Integer call() throws InterruptedException {
    Console console = Console.of(spec);
    ClusterConfig config = config();
    Duration runtime = runtime();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        Thread.ofPlatform()
            .name("stop")
            .unstarted(() -> {
              stop.countDown();
              awaitEnd(stopped);
            });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return run(config, runtime, stop, console);
    } finally {
      stopped.countDown();
    }
  }

  private static int run(
      ClusterConfig config, Duration runtime, CountDownLatch stop, Console console)
      throws InterruptedException {
    long begin = System.nanoTime();
    Logs.toFile(config.data().resolve("logs").resolve("sluice.log"));
    say(console, "Sluice %s, data in %s".formatted(SluiceCommand.Version.current(), config.data()));
    int code = ExitCode.OK;
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(config, line -> say(console, "  " + line))) {
      code = watch(cluster, runtime, stop, begin, console);
      begin = System.nanoTime();
      say(console, "Stopping ...");
    }
    say(console, "Stopped in %s s.".formatted(seconds(begin)));
    return code;
  }

  /** Looks on until it is time to stop, or the cluster can't go on. */
  private static int watch(
      EmbeddedCluster cluster, Duration runtime, CountDownLatch stop, long begin, Console console)
      throws InterruptedException {
    boolean welcomed = false;
    long end = Long.MAX_VALUE;
    while (System.nanoTime() < end) {
      if (cluster.failure().isPresent()) {
        console.warn(
            "no monitor can be started again: %s".formatted(cluster.failure().get().getMessage()));
        return ExitCode.FAILED;
      }
      if (!welcomed && cluster.ready()) {
        welcomed = true;
        say(console, Welcome.text(cluster, seconds(begin)));
        end = runtime.isZero() ? Long.MAX_VALUE : System.nanoTime() + runtime.toNanos();
      }
      if (stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return ExitCode.OK;
  }

  private ClusterConfig config() {
    ClusterConfig config =
        file == null
            ? ClusterConfig.defaults(System.getenv())
            : ClusterConfig.read(file, System.getenv());
    if (data != null) {
      config = config.withData(data);
    }
    if (fleet != null) {
      config = config.withFleet(kind(fleet));
    }
    if (portOffset != null) {
      requireRange("--port-offset", portOffset, 0, Ports.OFFSET_MAX);
      config = config.withPorts(new Ports(portOffset));
    }
    if (zones != null) {
      requireRange("--zones", zones, 1, ClusterConfig.ZONES_MAX);
      config = config.withZones(zones);
    }
    return config;
  }

  private FleetConfig.Kind kind(String name) {
    return switch (name) {
      case "process" -> FleetConfig.Kind.PROCESS;
      case "docker" -> FleetConfig.Kind.DOCKER;
      default -> throw refused("--fleet: is '%s', expected process or docker".formatted(name));
    };
  }

  private Duration runtime() {
    if (duration == null) {
      return Duration.ZERO;
    }
    return Durations.parse(duration)
        .filter(wanted -> wanted.isPositive() && wanted.compareTo(RUNTIME_MAX) <= 0)
        .orElseThrow(() ->
            refused(
                "--for: is '%s', expected a duration such as 60s, 5m or PT1M, up to %dd"
                    .formatted(duration, RUNTIME_MAX.toDays())));
  }

  private void requireRange(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw refused("%s: is %d, expected %d to %d".formatted(option, value, min, max));
    }
  }

  private ParameterException refused(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private static void awaitEnd(CountDownLatch stopped) {
    try {
      var _ = stopped.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(Console console, String line) {
    console.out().println(line);
    console.out().flush();
  }

  private static String seconds(long since) {
    return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - since) / 1e9);
  }
}
