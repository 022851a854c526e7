package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server says of its load, and how it bears too much or too little. */
class AppLoadIT {
  private static final ServerId SERVER = ServerId.of("zone1-1");

  private App app = App.start(config(Optional.empty()));
  private Http http = new Http(app.address());

  @BeforeEach
  void serves() throws Exception {
    assertThat(http.get("/health_check").statusCode()).isEqualTo(200);
  }

  @AfterEach
  void close() {
    http.close();
    app.close();
  }

  @Test
  void workBeyondTheProcessorsAndTheQueueIsRefusedWithATimeToComeBack() throws Exception {
    close();
    app = App.start(config(Optional.empty(), 0, Duration.ZERO));
    http = new Http(app.address());
    Http calls = http;
    List<CompletableFuture<HttpResponse<String>>> working =
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .mapToObj(_ -> calls.getLater("/work?ms=10000"))
            .toList();

    await().until(() -> calls.get("/work?ms=1").statusCode() == 503);
    HttpResponse<String> refused = calls.get("/work?ms=1");
    assertThat(Http.header(refused, "Retry-After")).isEqualTo("1");
    assertThat(Http.json(refused).path("detail").asText()).contains("too much work");

    app.close();
    assertThat(working)
        .allSatisfy(call ->
            assertThat(call.handle((answer, _) -> answer == null || answer.statusCode() == 503))
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo(true));
  }

  @Test
  void realWorkIsRealLoad() throws Exception {
    try (Stream<String> events = http.lines("/events")) {
      CompletableFuture<HttpResponse<String>> work = http.getLater("/work?ms=1500");

      JsonNode busy =
          samples(events)
              .filter(s -> s.at("/load/in_flight").asInt() == 1)
              .filter(s -> s.at("/load/cpu").asDouble() > 5)
              .findFirst()
              .orElseThrow();

      assertThat(busy.path("situation").asText()).isEqualTo("real");
      assertThat(busy.at("/load/memory").asDouble()).isBetween(0.01, 100.0);
      assertThat(work.join().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void throughputCountsUsersRequestsAndNoHealthChecks() throws Exception {
    try (Stream<String> events = http.lines("/events")) {
      CompletableFuture<Void> calls =
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 20; i++) {
              http.getLater("/id").join();
              http.getLater("/health_check").join();
            }
          });

      JsonNode first =
          samples(events)
              .filter(s -> s.at("/load/throughput").asDouble() > 0)
              .findFirst()
              .orElseThrow();

      assertThat(first.at("/load/in_flight").asInt()).isLessThanOrEqualTo(1);
      calls.join();
    }
    Http probe = http;
    await()
        .untilAsserted(() -> {
          for (int i = 0; i < 5; i++) {
            assertThat(probe.get("/health_check").statusCode()).isEqualTo(200);
          }
          assertThat(newest(probe).at("/load/throughput").asDouble()).isZero();
        });
  }

  @Test
  void theStreamFollowsAPlayedSituation() throws Exception {
    try (Stream<String> events = http.lines("/events")) {
      play("scale-down");

      JsonNode sample =
          samples(events)
              .filter(s -> s.path("situation").asText().equals("scale-down"))
              .filter(s -> s.at("/load/cpu").asDouble() < 50)
              .findFirst()
              .orElseThrow();

      assertThat(sample.at("/load/gpu")).isEqualTo(sample.at("/load/cpu"));
      assertThat(sample.path("zone").asText()).isEqualTo("zone1");
      assertThat(sample.at("/metrics/state").asText()).isEqualTo("off");
    }
  }

  @Test
  void aMissingKafkaNeitherStopsTheServerNorPilesUp() throws Exception {
    int nobody = freePort();
    close();
    app = App.start(config(Optional.of(KafkaAccess.at("127.0.0.1:" + nobody))));
    http = new Http(app.address());

    try (Stream<String> events = http.lines("/events")) {
      JsonNode failing =
          samples(events)
              .filter(s -> s.at("/metrics/state").asText().equals("failing"))
              .findFirst()
              .orElseThrow();

      assertThat(failing.at("/metrics/sent").asInt()).isZero();
      assertThat(failing.at("/metrics/problem").asText()).isNotEmpty();
    }
    assertThat(http.get("/health_check").statusCode()).isEqualTo(200);
    long begin = System.nanoTime();
    app.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
  }

  private HttpResponse<String> play(String situation) throws Exception {
    return http.call("POST", "/simulation", "{\"situation\":\"%s\"}".formatted(situation));
  }

  private static JsonNode newest(Http http) throws Exception {
    try (Stream<String> events = http.lines("/events")) {
      String first = events.filter(line -> line.startsWith("data: [")).findFirst().orElseThrow();
      JsonNode list = Http.json(first.substring("data: ".length()));
      return list.get(list.size() - 1);
    }
  }

  private static Stream<JsonNode> samples(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("data: ["))
        .map(line -> Http.json(line.substring("data: ".length())))
        .flatMap(list -> Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::get));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static AppConfig config(Optional<KafkaAccess> bootstrap) {
    return config(bootstrap, 100, Duration.ofSeconds(5));
  }

  private static AppConfig config(
      Optional<KafkaAccess> bootstrap, int workWaitingMax, Duration stopTimeout) {
    return new AppConfig(
        SERVER,
        AppConfig.HOST,
        0,
        bootstrap,
        Duration.ofMillis(200),
        AppConfig.WORK_MAX,
        workWaitingMax,
        stopTimeout);
  }
}
