package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.http.Networks;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections to servers that begin with a header of the PROXY protocol. */
@Timeout(30)
final class ProxyHeadersIT {
  private static final int V2_IPV4_BYTES = 28;

  private final List<String> headers = new CopyOnWriteArrayList<>();

  private static ProxyConfig with(ProxyHeaders version) {
    return TestBed.config(ProxyTimeouts.DEFAULT)
        .withServers(new ServerLinks(Optional.empty(), Optional.empty(), version, Map.of()));
  }

  /** Reads a header first, then answers requests. */
  private TestServer reading(ProxyHeaders version) throws IOException {
    return new TestServer(
        id(1),
        (TestServer.Connection connection) -> {
          headers.add(header(connection.in(), version));
          while (connection.request().isPresent()) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          }
        });
  }

  private static String header(InputStream in, ProxyHeaders version) throws IOException {
    if (version == ProxyHeaders.V2) {
      return new String(in.readNBytes(V2_IPV4_BYTES), ISO_8859_1);
    }
    StringBuilder line = new StringBuilder();
    while (line.indexOf("\r\n") < 0) {
      line.append((char) in.read());
    }
    return line.toString();
  }

  @Test
  void theFirstVersionIsALine() throws Exception {
    try (TestServer server = reading(ProxyHeaders.V1);
        TestBed bed = new TestBed(with(ProxyHeaders.V1)).alive(server);
        TestClient one = bed.client();
        TestClient other = bed.client()) {
      for (int i = 0; i < 3; i++) {
        assertThat(one.get("/").status()).isEqualTo(200);
        assertThat(other.get("/").status()).isEqualTo(200);
      }

      int port = bed.proxy.address().getPort();
      assertThat(headers).as("one connection for each client").hasSize(2);
      assertThat(headers)
          .allMatch(line -> line.matches("PROXY TCP4 127.0.0.1 127.0.0.1 \\d+ " + port + "\r\n"));
      assertThat(headers.getFirst()).isNotEqualTo(headers.getLast());
    }
  }

  @Test
  void theSecondVersionHasTheSameInBytes() throws Exception {
    try (TestServer server = reading(ProxyHeaders.V2);
        TestBed bed = new TestBed(with(ProxyHeaders.V2)).alive(server);
        TestClient client = bed.client()) {
      assertThat(client.get("/").status()).isEqualTo(200);

      byte[] header = headers.getFirst().getBytes(ISO_8859_1);
      assertThat(headers.getFirst()).startsWith("\r\n\r\n\0\r\nQUIT\n!\u0011\0\f\u007f\0\0\1");
      int port = bed.proxy.address().getPort();
      assertThat(new byte[] {header[26], header[27]})
          .containsExactly((byte) (port >> 8), (byte) port);
    }
  }

  @Test
  void whoIsNamedByAProxyInFrontIsPassedOn() throws Exception {
    HopRules rules = new HopRules(Networks.NONE, Networks.parse("127.0.0.0/8"), false);
    try (TestServer server = reading(ProxyHeaders.V1);
        TestBed bed = new TestBed(with(ProxyHeaders.V1).withHops(rules)).alive(server);
        TestClient client = bed.client()) {
      client.send("PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n");
      assertThat(client.get("/").status()).isEqualTo(200);

      assertThat(headers).containsExactly("PROXY TCP4 198.51.100.7 192.0.2.1 4711 443\r\n");
    }
  }
}
