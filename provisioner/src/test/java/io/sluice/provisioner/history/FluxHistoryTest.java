package io.sluice.provisioner.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against answers in the form that InfluxDB 2 documents: annotated CSV. */
class FluxHistoryTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final Span SPAN = new Span(NOON, NOON.plusSeconds(20), Duration.ofSeconds(10));
  private static final String ANSWER =
      """
      #datatype,string,long,string,dateTime:RFC3339,double
      #group,false,false,true,false,false
      #default,_result,,,,
      ,result,table,_field,_time,_value
      ,,0,cpu_usage,2026-11-01T12:00:10Z,41.5
      ,,0,cpu_usage,2026-11-01T12:00:20Z,43
      ,,1,throughput,2026-11-01T12:00:10Z,7

      """
          .replace("\n", "\r\n");

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private volatile int status = 200;
  private volatile String answer = ANSWER;
  private HttpServer database;
  private FluxHistory history;

  @BeforeEach
  void start() throws IOException {
    database = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    database.createContext("/api/v2/query", this::answer);
    database.start();
    history =
        new FluxHistory(
            new HistoryConfig(
                URI.create("http://127.0.0.1:" + database.getAddress().getPort()),
                HistoryConfig.Kind.INFLUXDB,
                "sluice",
                "metrics",
                "a-token"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    asked.add(String.valueOf(exchange.getRequestURI().getQuery()));
    asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    byte[] body = answer.getBytes(UTF_8);
    String type = status == 200 ? "text/csv; charset=utf-8" : "application/json";
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    history.close();
    database.stop(0);
  }

  @Test
  void readsEachMetricInTheOrderOfTime() {
    assertThat(history.load(new ZoneId("zone1"), SPAN))
        .containsExactly(
            java.util.Map.entry(
                "cpu_usage",
                List.of(
                    new LoadHistory.Point(NOON.plusSeconds(10), 41.5),
                    new LoadHistory.Point(NOON.plusSeconds(20), 43))),
            java.util.Map.entry(
                "throughput", List.of(new LoadHistory.Point(NOON.plusSeconds(10), 7))));
  }

  @Test
  void asksForTheMeansOfTheZonesServersInFlux() throws Exception {
    history.load(new ZoneId("zone1"), SPAN);

    assertThat(asked.take()).isEqualTo("Token a-token");
    assertThat(asked.take()).isEqualTo("org=sluice");
    JsonNode question = Json.mapper().readTree(asked.take());
    assertThat(question.path("query").asText())
        .contains("from(bucket: \"metrics\")")
        .contains("range(start: 2026-11-01T12:00:00Z, stop: 2026-11-01T12:00:20Z)")
        .contains("r._measurement == \"server\" and r.zone == \"zone1\"")
        .contains("aggregateWindow(every: 10s, fn: mean, createEmpty: false)");
  }

  @Test
  void saysWhyItCouldNotBeAsked() {
    status = 401;
    answer = "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}";

    assertThatThrownBy(() -> history.load(new ZoneId("zone1"), SPAN))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining("can't be asked")
        .hasMessageContaining("unauthorized access")
        .message()
        .doesNotContain("a-token");
  }
}
