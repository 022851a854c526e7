package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gate.rule.Bodies;
import io.sluice.gate.rule.Tars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Jazzer on what clients send, each target in a process of its own. In the build a fixed number of
 * inputs from a fixed seed; {@code -Dfuzz.seconds=3600} goes on for an hour, from a seed that it
 * prints, and keeps what it learnt in {@code target/fuzz}. What it finds lies there, too; it
 * belongs among the cases of the other tests.
 */
final class FuzzIT {
  private static final int RUNS = 40_000;
  private static final int SEED = 4711;
  private static final int INPUT_MAX_BYTES = 3000;
  private static final Path FUZZ =
      Path.of(System.getProperty("sluice.root", ".."), "gate", "target", "fuzz");

  @Test
  void requests() throws Exception {
    String ours = "filters=%7B%22label%22%3A%5B%22sluice.cluster%3Dblue%22%5D%7D";
    String body = Bodies.LEAST.strip();
    List<String> seeds =
        new ArrayList<>(
            Stream.of(
                    "GET /_ping",
                    "GET /v1.41/containers/json?all=true&" + ours,
                    "GET /events?" + ours,
                    "POST /images/create?fromImage=web&tag=3",
                    "GET /containers/blue-zone1-1/stats?stream=true",
                    "POST /containers/blue-zone1-1/stop?t=10",
                    "DELETE /containers/blue-zone1-1?force=true&v=true")
                .map(TestClient::head)
                .toList());
    seeds.add(TestClient.head("POST /containers/create?name=blue-zone1-1", body));
    fuzz(RequestFuzz.class, seeds);
  }

  @Test
  void containers() throws Exception {
    fuzz(
        ContainerFuzz.class,
        List.of(
            Bodies.FLEET,
            Bodies.LEAST,
            Bodies.LEAST.replace("\"NetworkMode\"", "\"capadd\":\"ALL\",\"NetworkMode\""),
            Bodies.LEAST.strip().replaceFirst("\\}$", ",\"hostconfig\":null}")));
  }

  @Test
  void files() throws Exception {
    String usual = new String(Tars.usual(), ISO_8859_1);
    fuzz(
        FilesFuzz.class,
        List.of(usual.substring(0, 2048), usual.substring(0, 1024) + usual.substring(0, 2048)));
  }

  private static void fuzz(Class<?> target, List<String> seeds) throws Exception {
    Path place = Files.createDirectories(FUZZ.resolve(target.getSimpleName()));
    Path corpus = Files.createDirectories(place.resolve("corpus"));
    Optional<Integer> seconds = Optional.ofNullable(Integer.getInteger("fuzz.seconds"));
    if (seconds.isEmpty()) {
      forget(corpus);
    }
    for (int i = 0; i < seeds.size(); i++) {
      Files.writeString(corpus.resolve("seed-%03d".formatted(i)), seeds.get(i), ISO_8859_1);
    }
    Path log = place.resolve("log");
    List<String> line = new ArrayList<>(jazzer(target, place));
    line.addAll(
        seconds
            .map(time -> List.of("-max_total_time=" + time))
            .orElse(List.of("-runs=" + RUNS, "-seed=" + SEED)));
    line.add(corpus.toString());

    int code =
        new ProcessBuilder(line)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();

    String said = Files.readString(log, UTF_8);
    assertThat(code).as("%s%n%s", log, said).isZero();
    assertThat(said).contains("Done ").contains("corp: ");
  }

  private static List<String> jazzer(Class<?> target, Path place) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:-OmitStackTraceInFastThrow",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+EnableDynamicAgentLoading",
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.getName(),
        "--instrumentation_includes=io.sluice.gate.**",
        "--reproducer_path=" + place,
        "-artifact_prefix=" + place + "/",
        "-max_len=" + INPUT_MAX_BYTES,
        "-timeout=20",
        "-rss_limit_mb=0");
  }

  private static void forget(Path corpus) throws IOException {
    try (Stream<Path> files = Files.list(corpus)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
