package io.sluice.schemas.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WholeAnswerTest {
  private static final Duration MOST = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofSeconds(15);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    http.shutdownNow();
    server.close();
  }

  @Test
  void aBodyThatNeverEndsIsNotWaitedFor() {
    answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");

    assertThatThrownBy(() -> ask(MOST)).isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void aBodyThatIsTooLongIsNotTaken() {
    answering("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(2_000));

    assertThatThrownBy(() -> ask(LONG))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void anAnswerIsHandedInWhole() throws Exception {
    answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");

    assertThat(ask(LONG).body()).isEqualTo("abc");
  }

  @Test
  void aStatusCountsWhateverBecomesOfTheBody() throws Exception {
    answering("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    assertThat(WholeAnswer.status(http, question(), LONG)).isEqualTo(204);

    answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    assertThat(WholeAnswer.status(http, question(), MOST)).isEqualTo(200);
  }

  @Test
  void whoGivesNoStatusGivesNoAnswer() {
    answering("HTTP/1.1 20");

    assertThatThrownBy(() -> WholeAnswer.status(http, question(), MOST))
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void thatNobodyListensIsToldAsSuch() throws IOException {
    server.close();

    assertThatThrownBy(() -> ask(LONG)).isInstanceOf(ConnectException.class);
  }

  private HttpRequest question() {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/".formatted(server.getLocalPort())))
        .timeout(MOST)
        .build();
  }

  private HttpResponse<String> ask(Duration most) throws IOException, InterruptedException {
    return WholeAnswer.to(http, question(), HttpResponse.BodyHandlers.ofString(), 1_000, most);
  }

  /** The next connection is answered with this, and then kept open. */
  private void answering(String answer) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            Socket socket = server.accept();
            socket.getInputStream().read(new byte[8_192]);
            socket.getOutputStream().write(answer.getBytes(US_ASCII));
            socket.getOutputStream().flush();
          } catch (IOException closed) {
            // The test is over.
          }
        });
  }
}
