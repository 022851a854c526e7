package io.sluice.compose.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.provisioner.history.HistoryConfig;
import io.sluice.provisioner.history.MetricsSink;
import io.sluice.provisioner.history.SinkConfig;
import io.sluice.provisioner.history.SinkHealth;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.topic.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A history database that refuses a point for good, as one does that is past its retention. */
class RefusedPointsIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId REFUSED = ZONE.server(9);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final AtomicInteger answer = new AtomicInteger(204);

  @Test
  void aPointThatTheHistoryRefusesHoldsNobodyUp() throws Exception {
    withSink((sink, producer) -> {
      report(producer, REFUSED);
      await().atMost(PATIENCE).until(() -> refused.contains(REFUSED.toString()));
      report(producer, ZONE.server(1));

      await().atMost(PATIENCE).until(() -> taken.contains(ZONE.server(1).toString()));
      await().atMost(PATIENCE).until(() -> sink.written() == 1);
      assertThat(taken).doesNotContain(REFUSED.toString());
    });
  }

  /** The database's token was changed, and the sink's was not. */
  @Test
  void aHistoryThatDoesNotKnowTheSinkIsToldByItsHealthAndNothingIsLost() throws Exception {
    answer.set(401);
    withSink((sink, producer) -> {
      try (SinkHealth health = SinkHealth.open(new SinkConfig.Listen("127.0.0.1", 0), sink)) {
        URI place = URI.create("http://127.0.0.1:%d/observe/health".formatted(health.port()));
        report(producer, ZONE.server(1));
        await().atMost(PATIENCE).until(() -> ask(place).statusCode() == 503);
        assertThat(ask(place).body()).contains("takes no points from us: see to its url, token");

        // Nor does any path, such as behind a proxy: no point is to blame.
        answer.set(400);
        await()
            .atMost(PATIENCE)
            .until(() -> ask(place).body(), told -> told.contains("it refuses every point"));
        assertThat(sink.refused()).isZero();

        answer.set(204);
        await().atMost(PATIENCE).until(() -> ask(place).statusCode() == 200);
        await().atMost(PATIENCE).until(() -> sink.written() == 1);
      }
    });
  }

  /** A consumer that is interrupted while it closes tells that with two stack traces. */
  @Test
  void aSinkEndsInOrder() throws Exception {
    Logger consumers = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients.consumer");
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    consumers.addAppender(heard);
    try {
      withSink((sink, producer) -> {
        report(producer, ZONE.server(1));
        await().atMost(PATIENCE).until(() -> sink.written() == 1);
      });
    } finally {
      consumers.detachAppender(heard);
    }

    assertThat(heard.list)
        .filteredOn(event -> event.getThrowableProxy() != null)
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEmpty();
  }

  private static HttpResponse<String> ask(URI place) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(place).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private interface Story {
    void tell(MetricsSink sink, KafkaProducer<byte[], byte[]> producer) throws Exception;
  }

  private void withSink(Story story) throws Exception {
    Ports ports = FreePorts.find();
    HttpServer database =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    database.createContext("/", this::take);
    database.start();
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(
            "127.0.0.1", ports.kafka(), ports.kafkaController(), folder.resolve("kafka"))) {
      KafkaAccess kafka = KafkaAccess.at(broker.bootstrap());
      TopicSetup.ensure(kafka, List.of(ZONE), 1, 1);
      HistoryConfig history =
          new HistoryConfig(
              URI.create("http://127.0.0.1:" + database.getAddress().getPort()),
              HistoryConfig.Kind.INFLUXDB,
              "sluice",
              "metrics",
              "token");
      try (MetricsSink sink = MetricsSink.start(SinkConfig.of(kafka, history));
          KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka, Map.of())) {
        story.tell(sink, producer);
      }
    } finally {
      database.stop(0);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String lines =
        "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
            ? new String(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), UTF_8)
            : new String(body, UTF_8);
    if (answer.get() != 204) {
      exchange.sendResponseHeaders(answer.get(), -1);
      exchange.close();
      return;
    }
    boolean bad =
        lines.contains("server=" + REFUSED + ",") || lines.contains("server=" + REFUSED + " ");
    Set<String> heap = bad ? refused : taken;
    lines
        .lines()
        .forEach(line -> {
          String server = line.replaceFirst(".*server=([^, ]+).*", "$1");
          heap.add(server);
        });
    byte[] told =
        bad
            ? "{\"code\":\"unprocessable entity\",\"message\":\"points beyond retention policy\"}"
                .getBytes(UTF_8)
            : new byte[0];
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(bad ? 422 : 204, bad ? told.length : -1);
    exchange.getResponseBody().write(told);
    exchange.close();
  }

  private static void report(KafkaProducer<byte[], byte[]> producer, ServerId server)
      throws Exception {
    ServerMetrics metrics =
        new ServerMetrics(
            server, Instant.now(), HealthStatus.HEALTHY, new TreeMap<>(Map.of(Metric.CPU, 20.0)));
    producer
        .send(
            new ProducerRecord<>(
                Topics.METRICS.name(),
                Topics.METRICS.key().encode(server),
                Topics.METRICS.value().encode(metrics)))
        .get();
  }
}
