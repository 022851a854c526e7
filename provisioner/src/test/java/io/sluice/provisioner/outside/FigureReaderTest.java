package io.sluice.provisioner.outside;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.outside.GroupLagReader.Extent;
import io.sluice.provisioner.outside.OutsideSource.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes of asking others who answer well, badly, without end or not at all. */
class FigureReaderTest {
  private static final String VECTOR =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}";

  private static String series(String value) {
    return "{\"metric\":{},\"value\":[1700000000.1,\"%s\"]}".formatted(value);
  }

  private static String why(Figure figure) {
    assertThat(figure).isInstanceOf(Figure.Unknown.class);
    return ((Figure.Unknown) figure).why();
  }

  @Test
  void oneNumberIsAFigure() {
    assertThat(PromQlReader.figure(200, VECTOR.formatted(series("42.5"))))
        .isEqualTo(new Figure.Known(42.5));
    assertThat(
            PromQlReader.figure(
                200,
                "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"7\"]}}"))
        .isEqualTo(new Figure.Known(7));
  }

  @ParameterizedTest
  @CsvSource({"NaN,gives NaN", "+Inf,gives +Inf", "-1,is -1.0", "1e16,1.0E16", "seven,'seven'"})
  void aValueThatIsNoLoadIsNone(String value, String said) {
    assertThat(why(PromQlReader.figure(200, VECTOR.formatted(series(value)))))
        .contains(said.replace("'", ""));
  }

  @Test
  void nothingSeveralSeriesAndWhatIsNoValueAreNone() {
    assertThat(why(PromQlReader.figure(200, VECTOR.formatted("")))).contains("gives 0 series");
    assertThat(why(PromQlReader.figure(200, VECTOR.formatted(series("1") + "," + series("2")))))
        .contains("gives 2 series: expected one");
    assertThat(
            why(
                PromQlReader.figure(
                    200,
                    "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}")))
        .contains("gives a matrix");
    assertThat(why(PromQlReader.figure(200, "{}"))).contains("nothing said");
    assertThat(why(PromQlReader.figure(200, ""))).contains("nothing said");
    assertThat(why(PromQlReader.figure(200, "<html>"))).contains("no JSON");
    assertThat(
            why(PromQlReader.figure(400, "{\"status\":\"error\",\"error\":\"parse error at 1\"}")))
        .isEqualTo("the query failed with status 400: parse error at 1");
    assertThat(
            why(
                PromQlReader.figure(
                    200, VECTOR.formatted(series("1")).replace("}}", "},\"isPartial\":true}"))))
        .contains("a part of the database");
  }

  @ParameterizedTest
  @CsvSource({
    "-ERR unknown,Redis answers to LLEN: -ERR unknown",
    "-WRONGTYPE Operation,WRONGTYPE",
    "$3,$3",
    ":-1,:-1",
    "HTTP/1.1 400,HTTP/1.1"
  })
  void whatIsNoLengthIsNone(String answer, String said) {
    assertThat(why(RedisListReader.length(answer))).contains(said);
  }

  @Test
  void aLagIsWhatTheGroupHasNotCommittedOfWhatIsThere() {
    assertThat(new Extent(0, 100, Optional.of(40L)).lag()).isEqualTo(60);
    assertThat(new Extent(500, 520, Optional.of(300L)).lag()).isEqualTo(20);
    assertThat(new Extent(500, 520, Optional.empty()).lag()).isEqualTo(20);
    assertThat(new Extent(0, 5, Optional.of(9L)).lag()).isZero();
  }

  /** Answers each connection in one way. */
  private interface Answering {
    void to(Socket socket) throws IOException;
  }

  private static Figure asked(Answering answering, String scheme) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        HttpClient http = HttpClient.newHttpClient()) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = server.accept()) {
              answering.to(socket);
            } catch (IOException gone) {
              // Whoever asked has heard enough.
            }
          });
      URI url = URI.create("%s://127.0.0.1:%d".formatted(scheme, server.getLocalPort()));
      try (FigureReader reader =
          scheme.equals("http")
              ? new PromQlReader(
                  new Place.PromQl(url, "up", Optional.of(new Hidden("t0ken"))), http)
              : new RedisListReader(
                  new Place.RedisList(
                      url, "mails", Optional.empty(), Optional.of(new Hidden("s3cret"))))) {
        return new LoadCollector.Patience(reader, Duration.ofSeconds(2)).ask();
      }
    }
  }

  private static void without(Socket socket, String head, String again) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(head.getBytes(US_ASCII));
    byte[] more = again.repeat(1_000).getBytes(US_ASCII);
    while (!Thread.currentThread().isInterrupted()) {
      out.write(more);
    }
  }

  @Test
  void anAnswerWithoutEndIsNone() throws Exception {
    assertThat(
            why(
                asked(
                    socket ->
                        without(
                            socket, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", "{\"a"),
                    "http")))
        .contains("can't be asked");
    assertThat(why(asked(socket -> without(socket, "+OK\r\n", "x"), "redis")))
        .contains("an answer of more than 1024 bytes");
  }

  @Test
  void silenceIsNoneInTimeAndHoldsNobodyUp() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    assertThat(why(asked(socket -> quiet(socket, asked), "redis")))
        .isEqualTo("no answer came within 2000 ms");
    assertThat(why(asked(socket -> quiet(socket, asked), "http")))
        .isEqualTo("no answer came within 2000 ms");
  }

  private static void quiet(Socket socket, CountDownLatch asked) throws IOException {
    asked.countDown();
    var _ = socket.getInputStream().readAllBytes();
  }

  @Test
  void aPasswordThatIsNotTakenIsNotRepeated() throws Exception {
    assertThat(
            why(
                asked(
                    socket ->
                        socket
                            .getOutputStream()
                            .write(
                                "-ERR unknown command AUTH, args: 's3cret'\r\n".getBytes(US_ASCII)),
                    "redis")))
        .isEqualTo("Redis does not take the user or the password");
  }

  @Test
  void oneQuestionIsUnderWayAtATime() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    FigureReader stubborn =
        new FigureReader() {
          @Override
          public Figure ask() {
            boolean waiting = true;
            while (waiting) {
              try {
                end.await();
                waiting = false;
              } catch (InterruptedException ignored) {
                // As a lookup of a name, it can't be called back.
              }
            }
            return new Figure.Known(1);
          }

          @Override
          public void close() {}
        };
    LoadCollector.Patience patience = new LoadCollector.Patience(stubborn, Duration.ofMillis(50));

    assertThat(why(patience.ask())).isEqualTo("no answer came within 50 ms");
    assertThat(why(patience.ask())).isEqualTo("the question before is still under way");
    end.countDown();
    org.awaitility.Awaitility.await()
        .untilAsserted(() -> assertThat(patience.ask()).isEqualTo(new Figure.Known(1)));
  }
}
