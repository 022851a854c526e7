package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.fleet.docker.Reach;
import io.sluice.provisioner.fleet.docker.SwarmConfig;
import io.sluice.provisioner.fleet.docker.SwarmFleet;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerPort;
import io.sluice.schemas.policy.ServerTemplate;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The fleet of services on a swarm of one node; in this order, since the last test ends it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SwarmFleetIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private Optional<SecondHost> started = Optional.empty();

  @BeforeAll
  void start() throws Exception {
    started = Optional.of(SwarmHost.start("SwarmFleetIT"));
  }

  @AfterAll
  void stop() throws Exception {
    if (started.isPresent()) {
      started.get().unmake();
    }
  }

  @Test
  @Order(1)
  void serversOnAnOverlayNetworkAreReachedByTheirNames() throws Exception {
    host().docker("network", "create", "--driver", "overlay", "--attachable", "servers");
    ServerId server = new ZoneId("byname").server(1);
    try (ServerFleet fleet = new SwarmFleet(config("servers"))) {
      URI address = fleet.start(spec(server, SwarmHost.IMAGE)).address();

      assertThat(address).hasToString("http://swarmfleet-byname-1:80");
      assertThat(fleet.start(spec(server, SwarmHost.IMAGE)).address()).isEqualTo(address);
      assertThat(fleet.list()).containsExactly(new Instance(server, true));
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() ->
              host()
                  .docker(
                      "run",
                      "--rm",
                      "--network",
                      "servers",
                      SwarmHost.IMAGE,
                      "bash",
                      "-c",
                      "exec 3<>/dev/tcp/swarmfleet-byname-1/80 && printf 'GET / HTTP/1.0\\n\\n' >&3 && cat <&3")
                  .contains("Welcome"));

      fleet.stop(server, Duration.ZERO);
      fleet.stop(server, Duration.ZERO);
      assertThat(fleet.list()).isEmpty();
    }
  }

  @Test
  @Order(2)
  void twoLeadersThatStartTheSameServerStartItOnce() throws Exception {
    ServerId server = new ZoneId("twice").server(1);
    try (ServerFleet one = new SwarmFleet(config("servers"));
        ServerFleet other = new SwarmFleet(config("servers"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Started> here = threads.submit(() -> one.start(spec(server, SwarmHost.IMAGE)));
      Future<Started> there = threads.submit(() -> other.start(spec(server, SwarmHost.IMAGE)));

      assertThat(here.get()).isEqualTo(there.get());
      one.stop(server, Duration.ZERO);
    }
  }

  @Test
  @Order(3)
  void endsAreToldAndWhatEndedIsMadeAnew() throws Exception {
    ServerId server = new ZoneId("ends").server(1);
    Queue<Exit> exits = new ConcurrentLinkedQueue<>();
    try (ServerFleet fleet = new SwarmFleet(config("servers"))) {
      var _ =
          fleet.watch(exit -> {
            // What another test ended may still be told.
            if (exit.server().equals(server)) {
              exits.add(exit);
            }
          });
      Started first = fleet.start(spec(server, SwarmHost.IMAGE));

      host().docker("kill", first.handle());

      await().atMost(PATIENCE).until(() -> !exits.isEmpty());
      assertThat(exits.remove().exitCode()).contains(137);
      assertThat(fleet.list()).containsExactly(new Instance(server, false));
      assertThat(fleet.start(spec(server, SwarmHost.IMAGE)).handle()).isNotEqualTo(first.handle());
      assertThat(fleet.list()).containsExactly(new Instance(server, true));

      String node = host().docker("node", "ls", "--quiet");
      exits.clear();
      host().docker("node", "update", "--availability", "drain", node);
      await().atMost(PATIENCE).until(() -> !exits.isEmpty());
      assertThat(fleet.list()).containsExactly(new Instance(server, false));
      host().docker("node", "update", "--availability", "active", node);
      fleet.stop(server, Duration.ZERO);
    }
  }

  @Test
  @Order(4)
  void whatANodeRefusesIsToldInItsWords() {
    ServerId server = new ZoneId("refused").server(1);
    try (ServerFleet fleet = new SwarmFleet(config("servers"))) {
      assertThatThrownBy(() -> fleet.start(spec(server, "127.0.0.1:1/nothing:1")))
          .isInstanceOf(FleetException.class)
          .hasMessageContaining("swarmfleet-refused-1")
          .hasMessageContaining("No such image: 127.0.0.1:1/nothing:1");

      fleet.stop(server, Duration.ZERO);
      assertThat(fleet.list()).isEmpty();
    }
    try (ServerFleet fleet = new SwarmFleet(config("nowhere"))) {
      assertThatThrownBy(() -> fleet.start(spec(server, SwarmHost.IMAGE)))
          .isInstanceOf(FleetException.class)
          .hasMessageContaining("it has no such network");
    }
  }

  @Test
  @Order(5)
  void anEngineOutsideOfASwarmIsToldOf() throws Exception {
    host().docker("swarm", "leave", "--force");

    try (ServerFleet fleet = new SwarmFleet(config("servers"))) {
      assertThatThrownBy(fleet::list)
          .isInstanceOf(FleetException.class)
          .hasMessageContaining(host().engine().toString())
          .hasMessageContaining("it is no manager of a swarm");
    }
  }

  private SecondHost host() {
    return started.orElseThrow();
  }

  private SwarmConfig config(String network) {
    return new SwarmConfig(
        "swarmfleet",
        host().engine(),
        Optional.of(host().certificates()),
        Optional.of(network),
        Reach.NAME,
        List.of(),
        Duration.ofSeconds(1),
        Optional.empty(),
        Optional.empty());
  }

  private static ServerSpec spec(ServerId server, String image) {
    ContainerTemplate container =
        new ContainerTemplate(
            ContainerProcess.DEFAULT,
            ServerPort.of(80),
            Optional.empty(),
            Optional.empty(),
            new ContainerStorage(true, List.of("/run", "/var/lib/nginx", "/tmp"), List.of()),
            List.of("CHOWN", "SETGID", "SETUID"),
            new TreeMap<>(),
            Measurer.SERVER);
    ServerTemplate template =
        new ServerTemplate(
            image,
            new TreeMap<>(),
            Optional.empty(),
            Optional.empty(),
            ServerTemplate.START_TIMEOUT_DEFAULT,
            ServerTemplate.DRAIN_TIMEOUT_DEFAULT,
            "/",
            container);
    return ServerSpec.of(server, new Epoch(1), template, 1, Map.of());
  }
}
