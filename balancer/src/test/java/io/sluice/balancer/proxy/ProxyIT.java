package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plain requests and responses through the data path, over real sockets. */
final class ProxyIT {
  @Test
  void servesManyRequestsOverOneConnectionAndGoesRoundTheServers() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer one = TestServer.naming(id(1));
        TestServer two = TestServer.naming(id(2))) {
      bed.alive(one, two);
      List<String> names = new ArrayList<>();

      try (TestClient client = bed.client()) {
        for (int i = 0; i < 6; i++) {
          names.add(client.get("/" + i).text());
        }
      }

      assertThat(names.subList(0, 2)).containsExactlyInAnyOrder("zone1-1", "zone1-2");
      assertThat(names.subList(2, 6))
          .isEqualTo(List.of(names.get(0), names.get(1), names.get(0), names.get(1)));
      assertThat(one.connections.get() + two.connections.get()).isEqualTo(2);
      assertThat(bed.count(Count.RESPONSES_2XX)).isEqualTo(6);
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server =
            TestServer.replying(
                id(1),
                (request, connection) -> {
                  connection.send(TestServer.ok(request.path()));
                  return true;
                });
        TestClient client = bed.alive(server).client()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        requests.append("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n".formatted(i));
      }

      client.send(requests.toString());

      for (int i = 0; i < 200; i++) {
        assertThat(client.response().text()).isEqualTo("/" + i);
      }
    }
  }

  @Test
  void tellsServersWhoAskedAndHow() throws Exception {
    try (TestBed bed = new TestBed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send(
          """
          GET /a?b=c HTTP/1.1\r
          Host: shop.example:8080\r
          Connection: keep-alive, X-Secret\r
          X-Secret: 1\r
          Keep-Alive: timeout=5\r
          Upgrade: websocket\r
          TE: trailers\r
          X-Forwarded-For: 6.6.6.6\r
          X-Forwarded-Proto: https\r
          Accept: */*\r
          \r
          """);
      assertThat(client.response().status()).isEqualTo(200);

      Message seen = server.requests.getFirst();
      assertThat(seen.startLine()).isEqualTo("GET /a?b=c HTTP/1.1");
      assertThat(seen.field("host")).contains("shop.example:8080");
      assertThat(seen.field("accept")).contains("*/*");
      assertThat(seen.field("x-forwarded-for")).contains("127.0.0.1");
      assertThat(seen.field("x-forwarded-proto")).contains("http");
      assertThat(seen.field("x-forwarded-host")).contains("shop.example:8080");
      assertThat(seen.field("via")).isEmpty();
      assertThat(seen.field("x-request-id"))
          .hasValueSatisfying(value -> assertThat(value).matches("[0-9a-f]{32}"));
      for (String gone : List.of("connection", "x-secret", "keep-alive", "upgrade", "te")) {
        assertThat(seen.field(gone)).as(gone).isEmpty();
      }
    }
  }
}
