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
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      String sentence = "%s needs a Docker engine: %s".formatted(test, missing.get());
      if ("true".equals(System.getenv("CI"))) {
        fail(sentence);
      }
      System.out.println("SKIPPED: " + sentence + "; containers are NOT tested");
      assumeTrue(false, sentence);
    }
  }

  private static Optional<String> missing() {
    try {
      Result version = run(List.of("docker", "version", "--format", "{{.Server.Version}}"));
      return version.code() == 0 ? Optional.empty() : Optional.of(version.output());
    } catch (IOException noClient) {
      return Optional.of("the docker command can't be run");
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
