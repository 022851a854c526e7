package io.sluice.provisioner.fleet.docker;

import static io.sluice.provisioner.fleet.docker.TestEngine.docker;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerPort;
import io.sluice.schemas.policy.ServerTemplate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Fleets on a real engine, whose containers are removed after each test. */
abstract class EngineTrial {
  /** So that runs on the same engine don't meet. */
  static final String CLUSTER = "it-" + ProcessHandle.current().pid();

  static final ServerId ONE = ServerId.of("it" + ProcessHandle.current().pid() + "-1");
  static final ServerId TWO = ONE.zone().server(2);
  static final Duration GRACE = Duration.ofSeconds(10);
  static final Duration PATIENCE = Duration.ofSeconds(60);
  private static String image = "";

  private final List<ServerFleet> opened = new ArrayList<>();
  final List<Exit> exits = new CopyOnWriteArrayList<>();
  final DockerFleet fleet = fleet(DockerConfig.of(TestEngine.address()));

  @BeforeAll
  static void makeImage() throws IOException {
    TestEngine.require("The fleet of containers");
    image = TestEngine.tinyImage();
  }

  @AfterEach
  void leaveNothing() throws IOException {
    String left = docker("ps", "-aq", "--filter", "label=sluice.cluster=" + CLUSTER);
    for (String id : left.lines().toList()) {
      docker("rm", "-f", id);
    }
    opened.forEach(ServerFleet::close);
  }

  static String image() {
    return image;
  }

  /** What the container of a server is called. */
  static String container(ServerId server) {
    return Labels.container(CLUSTER, server);
  }

  /** What a test wants to be different from the default. */
  static final class Wish {
    private URI engine = TestEngine.address();
    private Optional<String> network = Optional.empty();
    private PullPolicy pull = PullPolicy.MISSING;

    Wish engine(URI other) {
      engine = other;
      return this;
    }

    Wish network(String name) {
      network = Optional.of(name);
      return this;
    }

    Wish pull(PullPolicy other) {
      pull = other;
      return this;
    }

    DockerConfig config() {
      return new DockerConfig(
          engine,
          Optional.empty(),
          network,
          network.isPresent() ? Reach.NAME : Reach.PORT,
          "127.0.0.1",
          "127.0.0.1",
          pull,
          Optional.empty());
    }
  }

  final DockerFleet fleet(DockerConfig config) {
    return fleet(DockerFleetConfig.of(CLUSTER, config));
  }

  final DockerFleet fleet(DockerFleetConfig config) {
    DockerFleet made = new DockerFleet(config);
    opened.add(made);
    return made;
  }

  static ServerSpec spec(ServerId server, String... command) {
    return spec(server, template(image, List.of(command)));
  }

  static ServerSpec spec(ServerId server, ServerTemplate template) {
    return ServerSpec.of(
        server, new Epoch(7), template, 1, Map.of(ServerSpec.BOOTSTRAP, "127.0.0.1:9092"));
  }

  static ServerTemplate template(String image, List<String> command) {
    return new ServerTemplate(
        image,
        new TreeMap<>(),
        Optional.of(128L << 20),
        Optional.of(0.5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        "/health_check",
        new ContainerTemplate(
            ContainerProcess.of(command),
            ServerPort.of(9090),
            Optional.of(64),
            Optional.empty(),
            ContainerStorage.DEFAULT,
            List.of("NET_BIND_SERVICE"),
            new TreeMap<>(Map.of("team", "web")),
            Measurer.ENGINE));
  }

  final Exit awaitExit() {
    await().atMost(PATIENCE).until(() -> !exits.isEmpty());
    return exits.getFirst();
  }

  static String answer(URI address, String path) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> ask(address.resolve(path)), answer -> !answer.isEmpty());
  }

  static String ask(URI uri) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest question = HttpRequest.newBuilder(uri).timeout(GRACE).build();
      return http.send(question, HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
