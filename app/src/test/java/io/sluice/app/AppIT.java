package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.id.ServerId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppIT {
  private static final ServerId SERVER = ServerId.of("zone1-1");
  private static final AppConfig CONFIG =
      new AppConfig(
          SERVER,
          AppConfig.HOST,
          0,
          Optional.empty(),
          Duration.ofMillis(200),
          AppConfig.WORK_MAX,
          AppConfig.WORK_WAITING_MAX,
          Duration.ofSeconds(5));

  private final App app = App.start(CONFIG);
  private final Http http = new Http(app.address());

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
  void healthAndIdNameTheServer() throws Exception {
    assertThat(http.get("/health_check").body())
        .isEqualTo("{\"server\":\"zone1-1\",\"health\":\"healthy\"}");
    assertThat(http.get("/id").body()).isEqualTo("{\"server\":\"zone1-1\"}");
  }

  @Test
  void headSaysWhatGetWouldSay() throws Exception {
    HttpResponse<String> head = http.call("HEAD", "/id", "");

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(Http.header(head, "Content-Length")).isEqualTo("20");
    assertThat(http.get("/id").body()).hasSize(20);
  }

  @Test
  void aSituationIsPlayedAndCanBeAskedFor() throws Exception {
    assertThat(Http.json(http.get("/simulation")).path("situation").asText()).isEqualTo("real");

    JsonNode played = Http.json(play("low-cpu"));

    assertThat(played)
        .isEqualTo(
            Http.json("{\"server\":\"zone1-1\",\"situation\":\"low-cpu\",\"elapsed_seconds\":0}"));
    assertThat(Http.json(http.get("/simulation")).path("situation").asText()).isEqualTo("low-cpu");
  }

  @Test
  void anUnknownSituationIsRefusedWithTheOnesThatThereAre() throws Exception {
    HttpResponse<String> refused = play("hot");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Http.header(refused, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(Http.json(refused).path("detail").asText())
        .isEqualTo("situation 'hot': expected one of real, high-cpu, low-cpu, scale-down");
  }

  @Test
  void aBodyThatIsSomethingElseIsRefused() throws Exception {
    for (String body : new String[] {"", "no json", "[]", "{\"situation\":7}", "{}"}) {
      HttpResponse<String> refused = http.call("POST", "/simulation", body);

      assertThat(refused.statusCode()).as(body).isEqualTo(400);
      assertThat(Http.json(refused).path("detail").asText()).contains("high-cpu");
    }
  }

  @Test
  void workUsesTheProcessorTimeThatItWasAskedFor() throws Exception {
    JsonNode done = Http.json(http.get("/work?ms=25"));

    assertThat(done.path("server").asText()).isEqualTo("zone1-1");
    assertThat(done.path("ms").asInt()).isEqualTo(25);
    assertThat(done.path("cpu_ms").asDouble()).isBetween(25.0, 45.0);
    assertThat(done.path("wall_ms").asDouble()).isGreaterThanOrEqualTo(25.0);
  }

  @Test
  void workOutsideTheRangeIsRefusedWithTheRange() throws Exception {
    for (String query : new String[] {"", "?ms=", "?ms=0", "?ms=-1", "?ms=10001", "?ms=1.5"}) {
      HttpResponse<String> refused = http.get("/work" + query);

      assertThat(refused.statusCode()).as(query).isEqualTo(400);
      assertThat(Http.json(refused).path("detail").asText()).contains("from 1 to 10000");
    }
  }

  @Test
  void whatIsNotThereIsAProblemDocument() throws Exception {
    HttpResponse<String> missing = http.get("/nowhere?x=1");
    HttpResponse<String> wrongMethod = http.call("DELETE", "/simulation", "");

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(Http.json(missing).path("status").asInt()).isEqualTo(404);
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(Http.header(wrongMethod, "Allow")).isEqualTo("GET, POST");
    assertThat(Http.header(wrongMethod, "Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void thePageLoadsNothingFromElsewhere() throws Exception {
    HttpResponse<String> page = http.get("/");

    assertThat(Http.header(page, "Content-Security-Policy")).startsWith("default-src 'none'");
    assertThat(page.body())
        .contains("High CPU Usage", "Low CPU Usage", "Scale Down", "Real load")
        .doesNotContainPattern("(src|href)=\"(https?:|/)");
  }

  @Test
  void aTakenPortIsToldInOneSentence() {
    AppConfig taken =
        new AppConfig(
            SERVER,
            AppConfig.HOST,
            app.port(),
            Optional.empty(),
            AppConfig.METRICS_INTERVAL,
            AppConfig.WORK_MAX,
            0,
            Duration.ZERO);

    assertThatThrownBy(() -> App.start(taken))
        .isInstanceOf(AppException.class)
        .hasMessageStartingWith("port %d of 127.0.0.1: ".formatted(app.port()))
        .hasMessageEndingWith("expected a free port of this host");
  }

  private HttpResponse<String> play(String situation) throws Exception {
    return http.call("POST", "/simulation", "{\"situation\":\"%s\"}".formatted(situation));
  }
}
