package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down about requests. */
final class AccountIT {
  @TempDir private Path directory = Path.of("");

  @Test
  void everyRequestHasItsLine() throws Exception {
    Path file = directory.resolve("access.log");
    ProxyConfig config =
        TestBed.config(ProxyTimeouts.DEFAULT)
            .withListener(
                new ListenerConfig(
                    Set.of(),
                    new AccessLogConfig(AccessFormat.COMBINED, Optional.of(file)),
                    Optional.empty()));
    try (TestBed bed = new TestBed(config);
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client();
        TestClient broken = bed.client()) {
      client.send("GET /a?b HTTP/1.1\r\nHost: a\r\nUser-Agent: \"me\"\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.send("GET /c HTTP/1.0\r\n\r\n").response().status()).isEqualTo(200);
      assertThat(broken.send("GET /\r\n\r\n").response().status()).isEqualTo(400);

      await().until(() -> Files.readAllLines(file).size() == 3);

      List<String> lines = Files.readAllLines(file);
      assertThat(lines)
          .anyMatch(line -> line.endsWith("\"GET /a?b HTTP/1.1\" 200 7 \"-\" \"\\x22me\\x22\""))
          .anyMatch(line -> line.endsWith("\"GET /c HTTP/1.0\" 200 7 \"-\" \"-\""))
          .anyMatch(line -> line.contains("\"-\" 400 "))
          .allMatch(line -> line.startsWith("127.0.0.1 - - ["));
    }
  }

  @Test
  void howLongRequestsTookIsKnownPerServerAndForAll() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2));
        TestClient client = bed.alive(one, two).client()) {
      for (int i = 0; i < 6; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      assertThat(bed.proxy.latencies().count()).isEqualTo(6);
      assertThat(bed.proxy.latencies().sumNanos()).isPositive();
      assertThat(bed.proxy.latenciesByServer()).containsOnlyKeys(id(1), id(2));
      assertThat(bed.proxy.latenciesByServer().values())
          .allMatch(latencies -> latencies.count() == 3);
    }
  }
}
