package io.sluice.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The application as operators and fleets know it: a process with signals and exit codes. */
@Timeout(120)
class AppProcessIT {
  private static final String IN_FLIGHT = "\"in_flight\":1.0";

  @Test
  void theFirstSignalLetsRequestsFinishAndExitsWithZero() throws Exception {
    try (ChildProcess child = ChildProcess.start(environment("20s"));
        Http http = new Http(child.address());
        Stream<String> events = http.lines("/events")) {
      CompletableFuture<HttpResponse<String>> work = http.getLater("/work?ms=2000");
      Iterator<String> lines = events.iterator();
      assertThat(skippedTo(lines, IN_FLIGHT)).isTrue();

      child.terminate();

      assertThat(skippedTo(lines, "\"health\":\"stopping\"")).isTrue();
      assertThat(skippedTo(lines, "event: end")).isTrue();
      HttpResponse<String> unhealthy = http.get("/health_check");
      assertThat(unhealthy.statusCode()).isEqualTo(503);
      assertThat(Http.json(unhealthy).path("detail").asText()).startsWith("stopping");
      assertThat(Http.header(unhealthy, "Connection")).isEqualTo("close");
      assertThat(work.isDone()).isFalse();

      assertThat(work.join().statusCode()).isEqualTo(200);
      assertThat(Http.json(work.join()).path("cpu_ms").asDouble()).isGreaterThanOrEqualTo(2000);
      assertThat(child.exitCode()).isZero();
    }
  }

  @Test
  void anIdleConnectionDoesNotHoldUpTheEnd() throws Exception {
    try (ChildProcess child = ChildProcess.start(environment("60s"))) {
      URI address = URI.create(child.address());
      try (Socket idle = new Socket(address.getHost(), address.getPort())) {
        idle.getOutputStream().write("GET /id HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
        assertThat(idle.getInputStream().read()).isEqualTo('H');
        long begin = System.nanoTime();

        child.terminate();

        assertThat(child.exitCode()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
      }
    }
  }

  @Test
  void requestsThatTakeLongerThanTheStopTimeoutAreGivenUp() throws Exception {
    try (ChildProcess child = ChildProcess.start(environment("100ms"));
        Http http = new Http(child.address())) {
      CompletableFuture<HttpResponse<String>> work = http.getLater("/work?ms=10000");
      awaitInFlight(http);

      child.terminate();

      assertThat(child.exitCode()).isZero();
      assertThat(
              work.handle((answer, broken) -> broken != null || answer.statusCode() == 503).join())
          .isTrue();
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    try (ChildProcess child = ChildProcess.start(environment("60s"));
        Http http = new Http(child.address())) {
      CompletableFuture<HttpResponse<String>> work = http.getLater("/work?ms=10000");
      awaitInFlight(http);
      child.terminate();
      await().until(() -> http.get("/health_check").statusCode() == 503);

      child.terminate();

      assertThat(child.exitCode()).isEqualTo(StopSignals.IMPATIENT);
      assertThat(work.handle((answer, broken) -> broken != null).join()).isTrue();
    }
  }

  @Test
  void aWrongConfigurationIsOneLineWithAllOfItAndExitCodeTwo() throws Exception {
    Map<String, String> wrong = Map.of("SLUICE_PORT", "x", "SLUICE_STOP_TIMEOUT", "x");
    try (ChildProcess child = ChildProcess.start(wrong)) {
      assertThat(child.exitCode()).isEqualTo(2);
      assertThat(child.errors().strip().lines())
          .singleElement()
          .asString()
          .contains("SLUICE_SERVER", "SLUICE_PORT", "SLUICE_STOP_TIMEOUT");
    }
  }

  @Test
  void aTakenPortIsOneLineAndExitCodeTwo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0);
        ChildProcess child =
            ChildProcess.start(
                Map.of(
                    "SLUICE_SERVER",
                    "zone1-1",
                    "SLUICE_HOST",
                    "0.0.0.0",
                    "SLUICE_PORT",
                    Integer.toString(taken.getLocalPort())))) {
      assertThat(child.exitCode()).isEqualTo(2);
      assertThat(child.errors().strip().lines())
          .singleElement()
          .asString()
          .contains("port " + taken.getLocalPort(), "expected a free port");
    }
  }

  /** Reads on until a line contains the text; false if none does. */
  private static boolean skippedTo(Iterator<String> lines, String text) {
    while (lines.hasNext()) {
      if (lines.next().contains(text)) {
        return true;
      }
    }
    return false;
  }

  private static void awaitInFlight(Http http) throws Exception {
    try (Stream<String> events = http.lines("/events")) {
      assertThat(events.anyMatch(line -> line.contains(IN_FLIGHT))).isTrue();
    }
  }

  private static Map<String, String> environment(String stopTimeout) {
    return Map.of(
        "SLUICE_SERVER", "zone1-1",
        "SLUICE_PORT", "0",
        "SLUICE_METRICS_INTERVAL", "100ms",
        "SLUICE_STOP_TIMEOUT", stopTimeout);
  }
}
