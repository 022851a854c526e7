package io.sluice.balancer.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.report.Journal;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.Traffic;
import io.sluice.schemas.topic.DeadLetter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a running balancer tells of its requests, and of a WebSocket that stays open. */
final class LoadReportsIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int REQUESTS = 20;

  private final Told told = new Told();

  /** A journal that keeps figures. */
  private static final class Told implements Journal {
    private final List<BalancerMetrics> all = new CopyOnWriteArrayList<>();

    @Override
    public void record(FleetEvent fact) {}

    @Override
    public void putAway(DeadLetter where, byte[] key, byte[] value) {
      throw new AssertionError("nothing is unreadable here: " + where);
    }

    @Override
    public void measure(BalancerMetrics figures) {
      all.add(figures);
    }

    @Override
    public void close() {}

    private Traffic latest() {
      return all.getLast().traffic();
    }

    private long requests() {
      return all.stream().mapToLong(report -> report.traffic().requests()).sum();
    }
  }

  private static BalancerConfig before(URI server) {
    return BalancerConfig.standalone(ZONE).withPorts(0, 0).withServers(List.of(server));
  }

  @Test
  void requestsAreCountedAndAnOpenWebSocketIsOneUnderWay() throws Exception {
    try (WebSocketEcho echo = new WebSocketEcho();
        Balancer balancer = Balancer.start(before(echo.address()), told);
        HttpClient http = HttpClient.newHttpClient()) {
      String place = "127.0.0.1:" + balancer.traffic().getPort();
      HttpRequest question = HttpRequest.newBuilder(URI.create("http://" + place + "/")).build();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(http.send(question, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      }
      await().until(() -> told.requests() == REQUESTS);
      await().until(() -> told.latest().idleSeconds() > 0);

      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create("ws://" + place + "/"), new WebSocket.Listener() {})
              .get(20, TimeUnit.SECONDS);
      await().until(() -> told.latest().inFlight() == 1);
      int before = told.all.size();
      await().until(() -> told.all.size() >= before + 3);
      assertThat(told.latest().inFlight()).isEqualTo(1);
      assertThat(told.latest().idleSeconds()).isZero();

      var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
      await().until(() -> told.latest().inFlight() == 0 && told.latest().idleSeconds() > 0);
    }
    assertThat(told.all.getLast().last()).isTrue();
    assertThat(told.all.getFirst().last()).isFalse();
  }
}
