package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bodies that are larger than they may be. */
final class BodyLimitIT {
  private static final String PUT = "PUT / HTTP/1.1\r\nHost: a\r\n";

  private static TestBed bed() {
    return new TestBed(
        TestBed.config(ProxyTimeouts.DEFAULT).withClients(new ClientLimits(100, 0, 10)));
  }

  @Test
  void aBodyOfJustTheLimitPasses() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send(PUT + "Content-Length: 10\r\n\r\n0123456789");
      assertThat(client.response().status()).isEqualTo(200);
      client.send(PUT + "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyThatSaysThatItIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send(PUT + "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n");
      Message answer = client.response();
      assertThat(answer.startLine()).isEqualTo("HTTP/1.1 413 Content Too Large");
      assertThat(answer.field("connection")).isEqualTo(Optional.of("close"));
      assertThat(client.closed()).isTrue();
      assertThat(server.connections).hasValue(0);
    }
  }

  @Test
  void anAnswerToAHeadHasNoBodyThoughTheRequestsIsRefused() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n");
      assertThat(client.bodiless().status()).isEqualTo(413);
      assertThat(client.closed()).isTrue();
    }
  }

  @Test
  void aBodyInChunksIsRefusedAtTheFirstThatIsTooMuch() throws Exception {
    try (TestBed bed = bed();
        TestServer server = TestServer.naming(id(1));
        TestClient client = bed.alive(server).client()) {
      client.send(PUT + "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n6\r\n567890\r\n0\r\n\r\n");
      assertThat(client.response().status()).isEqualTo(413);
      assertThat(client.closed()).isTrue();
      assertThat(server.requests).as("no server saw it whole").isEmpty();
      assertThat(bed.unreachable).isEmpty();
    }
  }
}
