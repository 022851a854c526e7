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
import io.sluice.schemas.supervision.Halt;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BalancerWatchIT {
  private static final URI TRAFFIC = URI.create("http://127.0.0.1:3030");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Input> posted = new CopyOnWriteArrayList<>();
  private final List<ZoneId> started = new CopyOnWriteArrayList<>();
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicReference<String> zones = new AtomicReference<>("[{\"zone\": \"zone1\"}]");
  private final Loops loops = new Loops(Halt.ofProcess());
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
        "/zones",
        exchange -> {
          byte[] body = zones.get().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
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
    BalancerWatch watch = watch(started::add);

    try (LeaderTask.Ongoing ongoing = watch.begin(desk())) {
      assertThat(ongoing).isNotNull();
      await().atMost(PATIENCE).until(() -> posted.size() == 1 && orders.size() == 1);
      assertThat(posted.getFirst())
          .isEqualTo(new Input.BalancerAnswers(new ZoneId("zone1"), TRAFFIC, orderly()));
      assertThat(orders).containsExactly("PUT Bearer secret {\"url\":\"http://127.0.0.1:8080\"}");

      status.set(500);
      await().atMost(PATIENCE).until(() -> posted.size() == 2);
      assertThat(posted.getLast()).isInstanceOf(Input.BalancerSilent.class);
      await().atMost(PATIENCE).until(() -> started.contains(new ZoneId("zone1")));

      status.set(200);
      await().atMost(PATIENCE).until(() -> posted.size() == 3 && orders.size() == 2);
    }
  }

  /** Two zones whose balancers' orders were mixed up in the configuration. */
  @Test
  void anotherZonesBalancerIsNotTakenForTheZonesOwn() {
    zones.set("[{\"zone\": \"zone2\"}]");

    try (LeaderTask.Ongoing ongoing = watch(started::add).begin(desk())) {
      assertThat(ongoing).isNotNull();
      await().atMost(PATIENCE).until(() -> !posted.isEmpty());
      assertThat(posted.getFirst())
          .isEqualTo(
              new Input.BalancerForeign(
                  new ZoneId("zone1"),
                  "%s says that it serves zone2, expected zone1".formatted(orderly())));
      assertThat(orders).isEmpty();
      assertThat(started).isEmpty();

      zones.set("[{\"zone\": \"zone2\"}, {\"zone\": \"zone1\"}]");
      await().atMost(PATIENCE).until(() -> posted.size() == 2 && orders.size() == 1);
      assertThat(posted.getLast()).isInstanceOf(Input.BalancerAnswers.class);
    }
  }

  @Test
  void aStarterThatFailsInAnUnforeseenWayIsTriedAgain() {
    status.set(500);
    AtomicInteger tries = new AtomicInteger();

    try (LeaderTask.Ongoing ongoing =
        watch(
                zone -> {
                  if (tries.incrementAndGet() == 1) {
                    throw new IllegalStateException("port 3030 is taken");
                  }
                  return started.add(zone);
                })
            .begin(desk())) {
      assertThat(ongoing).isNotNull();
      await().atMost(PATIENCE).until(() -> started.contains(new ZoneId("zone1")));
      status.set(200);
      await().atMost(PATIENCE).until(() -> orders.size() == 1);
      assertThat(loops.states()).allMatch(loop -> loop.failures() == 0);
    }
  }

  /** An error of the machine ends the watch's turn, and the watch goes on. */
  @Test
  void anErrorDoesNotEndTheWatch() {
    status.set(500);
    AtomicInteger tries = new AtomicInteger();

    try (LeaderTask.Ongoing ongoing =
        watch(
                zone -> {
                  if (tries.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("the jar was replaced");
                  }
                  return started.add(zone);
                })
            .begin(desk())) {
      assertThat(ongoing).isNotNull();
      await().atMost(PATIENCE).until(() -> started.contains(new ZoneId("zone1")));
      assertThat(loops.states())
          .filteredOn(loop -> loop.name().equals("balancer-watch-zone1"))
          .singleElement()
          .matches(loop -> loop.failures() == 1);
    }
  }

  private URI orderly() {
    return URI.create("http://127.0.0.1:" + admin.getAddress().getPort());
  }

  private BalancerWatch watch(BalancerStarter starter) {
    return new BalancerWatch(
        List.of(new BalancerPlace(new ZoneId("zone1"), TRAFFIC, orderly())),
        URI.create("http://127.0.0.1:8080"),
        "secret",
        Duration.ofMillis(20),
        starter,
        loops);
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
