package io.sluice.app.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.live.CurrentSituation;
import io.sluice.app.live.Feed;
import io.sluice.app.live.Sample;
import io.sluice.app.load.Load;
import io.sluice.app.process.Burner;
import io.sluice.app.process.RequestCounter;
import io.sluice.app.report.SenderStatus;
import io.sluice.app.simulation.Situation;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers that open a stream and take nothing. */
@Timeout(120)
class EventStreamIT {
  private static final String HOST = "127.0.0.1";
  private static final String ANSWER = "HTTP/1.1 ";
  private static final ServerId SERVER = ServerId.of("zone1-1");
  private static final Duration PATIENCE = EventStream.WRITE_MAX.plusSeconds(60);

  private final Feed feed = new Feed();
  private final Burner burner = new Burner(1, 0);
  private final List<Socket> readers = new ArrayList<>();
  private Listener listener;

  @BeforeEach
  void open() throws IOException {
    listener =
        Listener.open(
            HOST,
            0,
            new HttpApi(
                SERVER,
                Duration.ofSeconds(1),
                new HttpApi.Parts(
                    new Health(),
                    new RequestCounter(),
                    new CurrentSituation(() -> 0, () -> 0),
                    feed,
                    burner)));
  }

  @AfterEach
  void close() throws IOException {
    for (Socket reader : readers) {
      reader.close();
    }
    feed.close();
    listener.close();
    burner.close();
  }

  @Test
  void readersThatTakeNothingLoseTheirPlacesToThoseWhoDo() throws Exception {
    for (int reader = 0; reader < EventStream.STREAMS_MAX; reader++) {
      assertThat(statusOfOneMore()).isEqualTo("200");
    }
    assertThat(statusOfOneMore()).isEqualTo("503");
    AtomicBoolean enough = new AtomicBoolean();
    Thread publishing =
        Thread.ofVirtual()
            .start(() -> {
              for (int second = 0; !enough.get(); second++) {
                feed.publish(sample(second));
              }
            });

    try {
      await().atMost(PATIENCE).until(() -> statusOfOneMore().equals("200"));
    } finally {
      enough.set(true);
      publishing.join();
    }
  }

  /** Opens a stream, reads the status of its answer, and nothing more. */
  private String statusOfOneMore() throws IOException {
    Socket reader = new Socket();
    readers.add(reader);
    reader.setReceiveBufferSize(4096);
    reader.connect(new InetSocketAddress(HOST, listener.port()));
    reader.getOutputStream().write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
    byte[] begin = reader.getInputStream().readNBytes(ANSWER.length() + 3);
    return new String(begin, US_ASCII).substring(ANSWER.length());
  }

  private static Sample sample(long second) {
    return new Sample(
        SERVER,
        Instant.ofEpochSecond(second),
        HealthStatus.HEALTHY,
        Situation.REAL,
        new Load(1, 2, 3, 4, 5),
        SenderStatus.off());
  }
}
