package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.http.ChunkedBodyFuzz;
import io.sluice.balancer.http.RequestHeadFuzz;
import io.sluice.balancer.http.ResponseHeadFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Jazzer on what reads bytes of strangers, each in a process of its own, beginning with the rows of
 * the table of strictness. In the build a fixed number of inputs from a fixed seed; {@code
 * -Dfuzz.seconds=3600} goes on for an hour, from a seed that it prints, and keeps what it learnt in
 * {@code target/fuzz}.
 *
 * <p>What it finds lies in {@code target/fuzz} too; it belongs into the table, as a row.
 */
final class FuzzIT {
  private static final int RUNS = 40_000;
  private static final int SEED = 4711;
  private static final int INPUT_MAX_BYTES = 1500;
  private static final Path FUZZ =
      Path.of(System.getProperty("sluice.root", ".."), "balancer", "target", "fuzz");

  @Test
  void headsOfRequests() throws Exception {
    fuzz(
        RequestHeadFuzz.class,
        raw(
            "",
            List.of(
                RequestLineCases.lines(),
                RequestLineCases.targets(),
                FieldCases.fields(),
                FieldCases.connections(),
                BodyCases.lengths(),
                BodyCases.codings())));
  }

  @Test
  void headsOfResponses() throws Exception {
    List<String> seeds =
        new ArrayList<>(raw("\0", List.of(ResponseCases.heads(), ResponseCases.fields())));
    seeds.addAll(raw("\1", List.of(ResponseCases.heads(), ResponseCases.bodies())));
    seeds.add("\2HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    fuzz(ResponseHeadFuzz.class, seeds);
  }

  @Test
  void chunkedBodies() throws Exception {
    List<String> seeds =
        raw("", List.of(BodyCases.chunks(), BodyCases.trailers())).stream()
            .map(text -> text.substring(text.indexOf("\r\n\r\n") + 4))
            .toList();
    fuzz(ChunkedBodyFuzz.class, seeds);
  }

  private static List<String> raw(String prefix, List<List<StrictnessCase>> cases) {
    return cases.stream()
        .flatMap(Collection::stream)
        .map(one -> prefix + one.raw())
        .filter(text -> text.length() <= INPUT_MAX_BYTES)
        .toList();
  }

  private static void fuzz(Class<?> target, List<String> seeds) throws Exception {
    Path place = Files.createDirectories(FUZZ.resolve(target.getSimpleName()));
    Path corpus = Files.createDirectories(place.resolve("corpus"));
    Optional<Integer> seconds = Optional.ofNullable(Integer.getInteger("fuzz.seconds"));
    if (seconds.isEmpty()) {
      forget(corpus);
    }
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-%03d".formatted(i)), seeds.get(i).getBytes(ISO_8859_1));
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
        "--instrumentation_includes=io.sluice.balancer.http.**",
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
