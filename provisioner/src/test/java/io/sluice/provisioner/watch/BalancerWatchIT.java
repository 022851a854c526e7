package io.sluice.provisioner.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BalancerWatchIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Input> posted = new CopyOnWriteArrayList<>();
  private final List<ZoneId> started = new CopyOnWriteArrayList<>();
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private HttpServer admin;

  @BeforeEach
  void start() throws IOException {
    admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    admin.createContext(
        "/health_check",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    admin.createContext(
        "/monitor",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          String token = exchange.getRequestHeaders().getFirst("Authorization");
          orders.add(exchange.getRequestMethod() + " " + token + " " + body);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    admin.start();
  }

  @AfterEach
  void stop() {
    admin.stop(0);
  }

  @Test
  void tellsTheLeaderWhenABalancerComesGoesAndComesBackAndTheBalancerWhoLeads() {
    URI traffic = URI.create("http://127.0.0.1:3030");
    URI orderly = URI.create("http://127.0.0.1:" + admin.getAddress().getPort());
    BalancerWatch watch =
        new BalancerWatch(
            List.of(new BalancerPlace(new ZoneId("zone1"), traffic, orderly)),
            URI.create("http://127.0.0.1:8080"),
            "secret",
            Duration.ofMillis(20),
            zone -> started.add(zone));

    try (LeaderTask.Ongoing ongoing = watch.begin(desk())) {
      assertThat(ongoing).isNotNull();
      await().atMost(PATIENCE).until(() -> posted.size() == 1 && orders.size() == 1);
      assertThat(posted.getFirst())
          .isEqualTo(new Input.BalancerAnswers(new ZoneId("zone1"), traffic, orderly));
      assertThat(orders).containsExactly("PUT Bearer secret {\"url\":\"http://127.0.0.1:8080\"}");

      status.set(500);
      await().atMost(PATIENCE).until(() -> posted.size() == 2);
      assertThat(posted.getLast()).isInstanceOf(Input.BalancerSilent.class);
      await().atMost(PATIENCE).until(() -> started.contains(new ZoneId("zone1")));

      status.set(200);
      await().atMost(PATIENCE).until(() -> posted.size() == 3 && orders.size() == 2);
    }
  }

  private LeaderTask.LeaderContext desk() {
    return new LeaderTask.LeaderContext() {
      @Override
      public Epoch epoch() {
        return new Epoch(1);
      }

      @Override
      public boolean turning() {
        return true;
      }

      @Override
      public void post(Input input) {
        posted.add(input);
      }

      @Override
      public LeadershipState state() {
        return LeadershipState.NONE;
      }
    };
  }
}
