package io.sluice.balancer.proxy;

import static io.sluice.balancer.proxy.TestBed.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.balancer.proxy.StrictnessCase.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is accepted, repaired and refused, byte for byte over real sockets. */
final class StrictnessIT {
  private final TestBed bed = new TestBed();

  static List<StrictnessCase> requests() {
    return Stream.of(
            RequestLineCases.lines(),
            RequestLineCases.targets(),
            FieldCases.fields(),
            FieldCases.connections(),
            FieldCases.hops(),
            BodyCases.lengths(),
            BodyCases.codings(),
            BodyCases.chunks(),
            BodyCases.trailers())
        .flatMap(List::stream)
        .toList();
  }

  static List<StrictnessCase> responses() {
    return Stream.of(ResponseCases.heads(), ResponseCases.fields(), ResponseCases.bodies())
        .flatMap(List::stream)
        .toList();
  }

  @BeforeEach
  void serves() throws IOException {
    bed.alive(TestServer.naming(id(1)));
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private List<Message> seen() {
    return bed.servers.getFirst().requests;
  }

  @ParameterizedTest
  @MethodSource
  void requests(StrictnessCase row) throws Exception {
    try (TestClient client = bed.client()) {
      client.send(row.raw());

      Message response = client.response();

      switch (row.outcome()) {
        case Outcome.Accepted() -> passedOn(client, response, List.of(), List.of());
        case Outcome.Repaired(String _, List<String> holds, List<String> lacks) ->
            passedOn(client, response, holds, lacks);
        case Outcome.Refused(int status) -> {
          assertThat(response.status()).isEqualTo(status);
          assertThat(response.field("connection")).contains("close");
          assertThat(client.closed()).isTrue();
          assertThat(seen()).isEmpty();
          assertThat(bed.count(Count.REFUSED)).isEqualTo(1);
        }
        case Outcome.CutOff() -> throw new AssertionError("a request is answered, not cut off");
      }
      assertThat(bed.unreachable).as("the client's fault").isEmpty();
    }
  }

  /** The server saw one request, and, if the connection stays, the next one is a whole one too. */
  private void passedOn(TestClient client, Message response, List<String> holds, List<String> lacks)
      throws IOException {
    assertThat(response.status()).isEqualTo(200);
    assertThat(seen()).hasSize(1);
    Message request = seen().getFirst();
    String text = request.startLine() + "\n" + String.join("\n", request.fields());
    holds.forEach(present -> assertThat(text).contains(present));
    lacks.forEach(gone -> assertThat(text).doesNotContain(gone));
    if (response.field("connection").equals(java.util.Optional.of("close"))) {
      assertThat(client.closed()).isTrue();
    } else {
      client.get("/after");
      assertThat(seen()).hasSize(2);
      assertThat(seen().getLast().startLine()).isEqualTo("GET /after HTTP/1.1");
    }
  }

  @ParameterizedTest
  @MethodSource
  void responses(StrictnessCase row) throws Exception {
    try (TestServer server =
            new TestServer(
                id(2),
                connection -> {
                  if (connection.request().isPresent()) {
                    connection.send(row.raw());
                    // What the balancer does not trust it closes; the others are told by our end.
                  }
                });
        TestClient client = bed.alive(server).client()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

      switch (row.outcome()) {
        case Outcome.Accepted() -> assertThat(client.response().text()).isEqualTo("hi");
        case Outcome.Repaired(String _, List<String> holds, List<String> lacks) -> {
          Message response = client.response();
          String text = response.startLine() + response.fields() + response.text();
          holds.forEach(present -> assertThat(text).contains(present));
          lacks.forEach(gone -> assertThat(text).doesNotContain(gone));
        }
        case Outcome.Refused(int status) -> {
          Message answer = client.bodiless();
          while (answer.status() < 200) {
            answer = client.bodiless();
          }
          assertThat(answer.status()).isEqualTo(status);
        }
        case Outcome.CutOff() ->
            assertThatThrownBy(client::response)
                .isInstanceOfAny(EOFException.class, java.net.SocketException.class);
      }
    }
  }

  @Test
  void aGoodRequestIsAnsweredBeforeTheBadOneBehindItIsRefused() throws Exception {
    try (TestClient client = bed.client()) {
      client.send("GET /1 HTTP/1.1^Host: a^^".replace("^", "\r\n"));
      client.send("GET /2 HTTP/1.1^Host: a^Host: b^^GET /3 HTTP/1.1^^".replace("^", "\r\n"));

      assertThat(client.response().status()).isEqualTo(200);
      assertThat(client.response().status()).isEqualTo(400);
      assertThat(client.closed()).isTrue();
      assertThat(seen()).extracting(Message::path).containsExactly("/1");
    }
  }

  @Test
  void whatFollowsARefusedBodyIsNoRequest() throws Exception {
    try (TestClient client = bed.client()) {
      String post = "POST /1 HTTP/1.1^Host: a^Transfer-Encoding: chunked^^2^hi^x^";
      client.send((post + "GET /2 HTTP/1.1^Host: a^^").replace("^", "\r\n"));

      assertThat(client.response().status()).isEqualTo(400);
      assertThat(client.closed()).isTrue();
      assertThat(seen()).isEmpty();
    }
  }

  @Test
  void aClientThatIsCutOffInItsBodyCostsTheServerNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (TestClient client = bed.client()) {
        client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhi");
        client.reset();
      }
    }
    try (TestClient client = bed.client()) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(bed.unreachable).isEmpty();
  }
}
