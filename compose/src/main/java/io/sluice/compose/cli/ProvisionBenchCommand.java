package io.sluice.compose.cli;

import io.sluice.compose.bench.provision.ProvisionBench;
import io.sluice.compose.cluster.FleetChoice;
import io.sluice.compose.drill.Times;
import io.sluice.provisioner.fleet.docker.DockerConfig;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how long servers take to start. */
@Command(
    name = "provision",
    description =
        "Starts servers of the demo application as containers, with and without the JVM's "
            + "start-up cache, and as processes, and measures how long each takes to its first "
            + "answer. Needs a Docker engine with the image: docker build -t sluice-app -f "
            + "compose/images/app/Dockerfile .",
    mixinStandardHelpOptions = true)
final class ProvisionBenchCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often each is measured; default: ${DEFAULT-VALUE}.")
  private int rounds = 10;

  @Option(
      names = "--image",
      paramLabel = "NAME",
      defaultValue = "sluice-app",
      description = "The demo application's image; default: ${DEFAULT-VALUE}.")
  private String image = "sluice-app";

  @Option(
      names = "--engine",
      paramLabel = "ADDRESS",
      description =
          "unix:///path or tcp://host:port; default: DOCKER_HOST if that is a socket, else this"
              + " host's.")
  private @Nullable String engine;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Console console = Console.of(spec);
    ProvisionBench.Report report =
        new ProvisionBench(
                plan(),
                line -> {
                  console.err().println(line + " ...");
                  console.err().flush();
                })
            .run();
    console.out().println(json ? Json.mapper().writeValueAsString(report) : table(report));
    console.out().flush();
    return ExitCode.OK;
  }

  private ProvisionBench.Plan plan() {
    if (rounds < 1) {
      throw refusal("--rounds: is %d, expected 1 or more".formatted(rounds));
    }
    try {
      URI address =
          engine == null ? FleetChoice.engineByDefault(System.getenv()) : URI.create(engine);
      return new ProvisionBench.Plan(DockerConfig.of(address).engine(), image, rounds);
    } catch (IllegalArgumentException malformed) {
      throw refusal("--engine: " + malformed.getMessage());
    }
  }

  private ParameterException refusal(String sentence) {
    if (spec == null) {
      throw new IllegalStateException("a command runs only by the command line");
    }
    return new ParameterException(spec.commandLine(), sentence);
  }

  /** The report for people. */
  static String table(ProvisionBench.Report report) {
    return String.join(
        System.lineSeparator(),
        line("container", report.docker()),
        line("container without start-up cache", report.dockerWithoutAotCache()),
        line("process", report.process()));
  }

  private static String line(String what, Times times) {
    return String.format(
        Locale.ROOT,
        "%-34s median %,6d ms, longest %,6d ms, %d runs",
        what,
        times.p50Millis(),
        times.maxMillis(),
        times.runs());
  }
}
