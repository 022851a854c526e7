package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The engine that tests run on, by its command line. */
final class Docker {
  static final Path ROOT = Path.of(System.getProperty("sluice.root", "..")).toAbsolutePath();

  private Docker() {}

  /** Skips a test loudly where a command does not work; fails it where it has to. */
  static void require(String test, String... command) throws InterruptedException {
    String line = String.join(" ", command);
    String missing;
    try {
      missing = succeeds(command) ? "" : "'%s' fails".formatted(line);
    } catch (IOException notThere) {
      missing = "'%s' can't be run".formatted(line);
    }
    if (!missing.isEmpty()) {
      String sentence = "%s needs a Docker engine: %s".formatted(test, missing);
      if ("true".equals(System.getenv("CI"))) {
        fail(sentence);
      }
      System.out.println("SKIPPED: " + sentence + "; containers are NOT tested");
      assumeTrue(false, sentence);
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  /** Runs a command to its end; what it printed, if it succeeded. */
  static String run(String... words) throws IOException, InterruptedException {
    return run(Map.of(), words);
  }

  /** The same with these variables. */
  static String run(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(variables);
    // The builder that needs no plug-in beside the client.
    builder.environment().put("DOCKER_BUILDKIT", "0");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(words), output).isZero();
    return output.strip();
  }

  /** Runs a script of the repository. */
  static String script(Map<String, String> variables, String path, String... arguments)
      throws IOException, InterruptedException {
    String[] words = new String[arguments.length + 1];
    words[0] = ROOT.resolve(path).toString();
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return run(variables, words);
  }
}
