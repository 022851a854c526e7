package io.sluice.provisioner.fleet.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.provisioner.fleet.process.TinyServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The engine that tests run on: the one that the command line client talks to. */
final class TestEngine {
  private static final int COMMAND_SECONDS_MAX = 180;

  private TestEngine() {}

  /** Skips the test loudly where there is no engine; fails it where there has to be one. */
  static void require(String test) {
    require(test, List.of("docker", "version", "--format", "{{.Server.Version}}"));
  }

  /** The same where a command fails that shows whether the test can run. */
  static void require(String test, List<String> command) {
    Optional<String> missing = missing(command);
    if (missing.isPresent()) {
      String sentence = "%s needs a Docker engine: %s".formatted(test, missing.get());
      if ("true".equals(System.getenv("CI"))) {
        fail(sentence);
      }
      System.out.println("SKIPPED: " + sentence + "; containers are NOT tested");
      assumeTrue(false, sentence);
    }
  }

  private static Optional<String> missing(List<String> command) {
    try {
      Result shown = run(command);
      return shown.code() == 0
          ? Optional.empty()
          : Optional.of("'%s' says %s".formatted(String.join(" ", command), shown.output()));
    } catch (IOException noClient) {
      return Optional.of("'%s' can't be run".formatted(command.getFirst()));
    }
  }

  /** Where it listens. */
  static URI address() {
    String host = System.getenv("DOCKER_HOST");
    return host == null || host.isEmpty() ? DockerConfig.ENGINE_DEFAULT : URI.create(host);
  }

  /** An image whose only program is {@link TinyServer}; made at its first use. */
  static String tinyImage() throws IOException {
    Result made =
        run(
            List.of(
                Path.of("src", "test", "docker", "tiny.sh").toAbsolutePath().toString(),
                System.getProperty("java.home"),
                Path.of("target", "test-classes").toAbsolutePath().toString(),
                TinyServer.class.getName()));
    assertThat(made.code()).describedAs(made.output()).isZero();
    return made.output().lines().reduce("", (before, line) -> line).strip();
  }

  /** Runs the command line client; what it prints if it succeeds. */
  static String docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return done(command);
  }

  /** Runs a command; what it prints if it succeeds. */
  static String done(List<String> command) throws IOException {
    Result result = run(command);
    assertThat(result.code()).describedAs("%s: %s", command, result.output()).isZero();
    return result.output().strip();
  }

  private record Result(int code, String output) {}

  private static Result run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Result(-1, output + " (not done after " + COMMAND_SECONDS_MAX + " s)");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return new Result(-1, output + " (interrupted)");
    }
    return new Result(process.exitValue(), output);
  }
}
