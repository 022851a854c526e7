package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.proxy.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl through the balancer. */
final class CurlIT {
  private static final int LARGE_BYTES = 20_000_000;

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void curl() {
    Front.require("curl");
  }

  /** What curl printed. */
  private static final class Printed {
    private final byte[] out;
    private final String errors;

    Printed(byte[] out, String errors) {
      this.out = out;
      this.errors = errors;
    }

    byte[] out() {
      return out;
    }

    String text() {
      return new String(out, ISO_8859_1);
    }

    String errors() {
      return errors;
    }
  }

  private Printed curl(Object... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("curl", "-sS", "--max-time", "60", "--fail"));
    Arrays.stream(arguments).map(Object::toString).forEach(line::add);
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(line).redirectError(errors.toFile()).start();
    byte[] out = process.getInputStream().readAllBytes();
    int code = process.waitFor();
    String said = Files.readString(errors, ISO_8859_1);
    assertThat(code).as("%s: %s", line, said).isZero();
    return new Printed(out, said);
  }

  private static String at(Balancer balancer, String path) {
    return "http://127.0.0.1:" + balancer.traffic().getPort() + path;
  }

  private Path large() throws IOException {
    byte[] bytes = new byte[LARGE_BYTES];
    new Random(7).nextBytes(bytes);
    return Files.write(directory.resolve("large"), bytes);
  }

  private static String hash(Path file) throws IOException {
    return Origin.sha256(Files.readAllBytes(file));
  }

  @Test
  void speaksBothVersionsAndAsksTwiceOverOneConnection() throws Exception {
    try (Origin origin = new Origin();
        Balancer balancer = Front.plain(origin.address())) {
      assertThat(curl("--http1.0", at(balancer, "/")).text()).isEqualTo("HTTP/1.1 GET");
      assertThat(curl("--http1.1", at(balancer, "/")).text()).isEqualTo("HTTP/1.1 GET");

      String url = at(balancer, "/");
      Printed twice =
          curl("-w", "%{num_connects}\n", "-o", "/dev/null", "-o", "/dev/null", url, url);

      assertThat(twice.text()).isEqualTo("1\n0\n");
      assertThat(curl("-I", url).text())
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("Content-Length: 13");
    }
  }

  @Test
  void uploadsALargeFileWithItsLengthInChunksAndByHttp10() throws Exception {
    Path large = large();
    try (Origin origin = new Origin();
        Balancer balancer = Front.plain(origin.address())) {
      String url = at(balancer, "/upload");
      assertThat(curl("-T", large, url).text()).isEqualTo("length " + hash(large));
      assertThat(curl("-T", large, "-H", "Transfer-Encoding: chunked", url).text())
          .isEqualTo("chunked " + hash(large));
      assertThat(curl("--http1.0", "--data-binary", "@" + large, url).text())
          .isEqualTo("length " + hash(large));
    }
  }

  @Test
  void waitsForTheServersConsent() throws Exception {
    Path large = large();
    try (Origin origin = new Origin();
        Balancer balancer = Front.plain(origin.address())) {
      Printed printed =
          curl("-v", "-H", "Expect: 100-continue", "-T", large, at(balancer, "/upload"));

      assertThat(printed.errors()).contains("HTTP/1.1 100 Continue");
      assertThat(printed.text()).isEqualTo("length " + hash(large));
    }
  }

  @Test
  void readsRanges() throws Exception {
    try (Origin origin = new Origin();
        Balancer balancer = Front.plain(origin.address())) {
      String url = at(balancer, "/file");
      Printed range = curl("-r", "1000-1999", "-D", directory.resolve("head"), url);
      assertThat(range.out()).isEqualTo(Arrays.copyOfRange(origin.file(), 1000, 2000));
      assertThat(Files.readString(directory.resolve("head")))
          .startsWith("HTTP/1.1 206")
          .contains("bytes 1000-1999/300000");

      assertThat(curl("-r", "5-299999", url).out()).hasSize(299_995);
      assertThat(curl(url).out()).isEqualTo(origin.file());
    }
  }

  @Test
  void speaksTls() throws Exception {
    TlsFiles files = Front.certificate(directory);
    Path large = large();
    try (Origin origin = new Origin();
        Balancer balancer = Front.secure(origin.address(), files)) {
      String base = "https://127.0.0.1:" + balancer.traffic().getPort();
      for (String version : List.of("--tls-max=1.2", "--tlsv1.3")) {
        List<String> words = List.of(version.split("=", 2));
        List<Object> line = new ArrayList<>(words);
        line.addAll(List.of("--cacert", files.certificate(), base + "/file"));
        assertThat(curl(line.toArray()).out()).isEqualTo(origin.file());
      }
      assertThat(curl("--cacert", files.certificate(), "-T", large, base + "/upload").text())
          .isEqualTo("length " + hash(large));
    }
  }

  @Test
  void speaksHttp2ByPriorKnowledge() throws Exception {
    Path large = large();
    try (Origin origin = new Origin();
        Balancer balancer = Front.knowing(origin.address())) {
      String knows = "--http2-prior-knowledge";
      // Not twice over one connection: curl 7.88 then breaks off by itself, with nginx too.
      String url = at(balancer, "/file");
      assertThat(curl(knows, "-w", "%{http_version}", "-o", "/dev/null", url).text())
          .isEqualTo("2");
      assertThat(curl(knows, url).out()).isEqualTo(origin.file());
      assertThat(curl(knows, "-T", large, at(balancer, "/upload")).text())
          .isEqualTo("length " + hash(large));
      assertThat(curl(knows, "-I", at(balancer, "/")).text()).startsWith("HTTP/2 200");
      assertThat(curl("--http1.1", at(balancer, "/")).text()).isEqualTo("HTTP/1.1 GET");
      assertThat(curl("--http2", at(balancer, "/")).text()).isEqualTo("HTTP/1.1 GET");
    }
  }

  @Test
  void agreesOnHttp2WithTls() throws Exception {
    TlsFiles files = Front.certificate(directory);
    Path large = large();
    try (Origin origin = new Origin();
        Balancer balancer = Front.secure(origin.address(), files)) {
      String base = "https://127.0.0.1:" + balancer.traffic().getPort();
      List<Object> parallel = new ArrayList<>();
      parallel.addAll(List.of("--http2", "--parallel", "--cacert", files.certificate()));
      parallel.addAll(List.of("-w", "%{http_version}\n"));
      for (int i = 0; i < 40; i++) {
        parallel.addAll(List.of("-o", directory.resolve("part" + i), base + "/file"));
      }
      assertThat(curl(parallel.toArray()).text()).isEqualTo("2\n".repeat(40));
      for (int i = 0; i < 40; i++) {
        assertThat(Files.readAllBytes(directory.resolve("part" + i))).isEqualTo(origin.file());
      }
      Object cacert = files.certificate();
      assertThat(curl("--http2", "--cacert", cacert, "-T", large, base + "/upload").text())
          .isEqualTo("length " + hash(large));
      assertThat(curl("--http1.1", "--cacert", cacert, base + "/").text())
          .isEqualTo("HTTP/1.1 GET");
    }
  }
}
