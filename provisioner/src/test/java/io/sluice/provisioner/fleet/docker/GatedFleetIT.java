package io.sluice.provisioner.fleet.docker;

import static io.sluice.provisioner.fleet.docker.TestEngine.docker;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.gate.Gate;
import io.sluice.gate.GateConfig;
import io.sluice.gate.rule.CreateRules;
import io.sluice.gate.rule.GateRules;
import io.sluice.gate.rule.MountRules;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.GivenSecret;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.NameTakenException;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.provisioner.fleet.ServerFleet.Sampling;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.schemas.id.ClusterName;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Volume;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fleet behind the gate: all that it does passes, and nothing else. */
class GatedFleetIT extends EngineTrial {
  private static final String NETWORK = CLUSTER + "-gated";
  private static final String VOLUME = CLUSTER + "-uploads";
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Gate gate;

  @BeforeEach
  void open() throws IOException {
    docker("network", "create", NETWORK);
    gate =
        Gate.open(
            new GateConfig(
                "127.0.0.1",
                0,
                Path.of(TestEngine.address().getPath()),
                new GateRules(
                    new ClusterName(CLUSTER),
                    new CreateRules(
                        new TreeSet<>(List.of(image())),
                        new TreeSet<>(List.of(NETWORK)),
                        new TreeSet<>(List.of("NET_BIND_SERVICE")),
                        false,
                        new MountRules(new TreeSet<>(List.of(VOLUME)), new TreeSet<>()),
                        new TreeSet<>(List.of("1000")),
                        0))));
  }

  @AfterEach
  void close() throws IOException {
    http.close();
    leaveNothing();
    gate.close();
    docker("network", "rm", NETWORK);
    docker("volume", "rm", "-f", VOLUME);
  }

  @Test
  void theFleetDoesAllThatItDoes() throws IOException {
    DockerFleet behind = fleet(new Wish().engine(address()).network(NETWORK).config());
    List<Sample> samples = new CopyOnWriteArrayList<>();
    behind.watch(exits::add);

    behind.start(spec(ONE, "busy"));
    behind.start(spec(TWO));
    try (Sampling sampling = behind.sample(ONE, samples::add)) {
      await().atMost(PATIENCE).until(() -> !samples.isEmpty());
      assertThat(sampling.isOver()).isFalse();
    }
    assertThat(behind.log(ONE, new ServerLog.Piece(10, ServerLog.BEGIN))).isPresent();
    assertThat(behind.log(new ZoneId("zone1").server(77), new ServerLog.Piece(10, "")))
        .as("nothing is kept of it")
        .isEmpty();
    docker("pause", container(ONE));
    assertThat(behind.list())
        .containsExactlyInAnyOrder(new Instance(ONE, true), new Instance(TWO, true));
    behind.stop(ONE, GRACE);
    docker("kill", container(TWO));

    await()
        .atMost(PATIENCE)
        .until(() -> exits.stream().anyMatch(exit -> exit.server().equals(TWO)));
    behind.stop(TWO, GRACE);
    assertThat(behind.list()).isEmpty();
  }

  @Test
  void aServerOfAnotherClusterThatIsCalledTheSameIsNamedByTheGateToo() throws IOException {
    docker("create", "--name", container(ONE), "--label", "sluice.cluster=another", image());
    DockerFleet behind = fleet(new Wish().engine(address()).network(NETWORK).config());

    assertThatThrownBy(() -> behind.start(spec(ONE)))
        .isInstanceOf(NameTakenException.class)
        .hasMessageContaining("it is of cluster 'another', and not of '%s'".formatted(CLUSTER));

    behind.stop(ONE, GRACE);
    assertThat(docker("ps", "-aq", "--filter", "name=^" + container(ONE) + "$")).isNotEmpty();
    docker("rm", container(ONE));
  }

  @Test
  void whatItsOwnerNamedOfTheHostIsGivenAndNothingElse() throws IOException {
    DockerConfig gated = new Wish().engine(address()).network(NETWORK).config();
    DockerFleet behind =
        fleet(
            new DockerFleetConfig(
                CLUSTER,
                gated,
                new TreeMap<>(),
                DockerFleetConfig.STARTS_MAX_DEFAULT,
                new HostDirectories(new TreeSet<>(List.of(HostDirectories.ANY)))));

    behind.start(spec(ONE, applied("1000", VOLUME + ":/var/uploads:ro")));

    assertThat(docker("inspect", "--format", "{{json .Mounts}}", container(ONE)))
        .contains("\"Name\":\"%s\"".formatted(VOLUME), "\"Destination\":\"/var/uploads\"")
        .contains("\"RW\":false");
    assertThat(docker("inspect", "--format", "{{.Config.User}}", container(ONE))).isEqualTo("1000");
    assertThatThrownBy(() -> behind.start(spec(TWO, applied("0", VOLUME + ":/var/uploads"))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("User \"0\": expected one of [1000]");
    assertThatThrownBy(() -> behind.start(spec(TWO, applied("1000", "/etc:/var/uploads:ro"))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("Source \"/etc\": expected a volume of [%s]".formatted(VOLUME));
    assertThatThrownBy(() -> fleet(gated).start(spec(TWO, applied("1000", "/etc:/var/uploads:ro"))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("expected one of docker.directories, []");
    behind.stop(ONE, GRACE);
  }

  @Test
  void filesOfSecretsReachTheServerBeforeItStartsAndNobodyElse() throws Exception {
    DockerFleet behind = fleet(new Wish().engine(address()).network(NETWORK).config());
    SecretUse use = SecretUse.asFile(new SecretName("db-password"), "password");
    GivenSecret secret =
        new GivenSecret(use, new SecretValue("hunter2".getBytes(StandardCharsets.UTF_8)));

    behind.start(spec(ONE, applied("1000", VOLUME + ":/var/uploads:ro")).with(List.of(secret)));
    behind.start(spec(TWO).with(List.of(secret)));

    // A tar of the one file: name, mode and owner, as the server finds them.
    assertThat(docker("cp", container(ONE) + ":/run/secrets/password", "-"))
        .contains("password\0", "0100400\0" + "0001750\0" + "0000000\0", "hunter2");
    assertThat(docker("cp", container(TWO) + ":/run/secrets/password", "-"))
        .contains("0100444\0" + "0000000\0" + "0000000\0", "hunter2");
    assertThat(docker("inspect", container(ONE))).doesNotContain("hunter2");
    URI target =
        URI.create(
            "http://127.0.0.1:%d/containers/%s/archive?path=%%2Frun%%2Fsecrets"
                .formatted(gate.address().getPort(), container(TWO)));
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(target)
                .timeout(PATIENCE)
                .PUT(
                    HttpRequest.BodyPublishers.ofByteArray(
                        SecretFiles.of(spec(TWO).with(List.of(secret))).tar()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("'running': expected one that was never started");
    behind.stop(ONE, GRACE);
    behind.stop(TWO, GRACE);
  }

  /** The trial's template with a user and a volume. */
  private static ServerTemplate applied(String user, String volume) {
    ServerTemplate usual = template(image(), List.of());
    ContainerTemplate container = usual.container();
    return new ServerTemplate(
        usual.image(),
        usual.environment(),
        usual.memoryBytes(),
        usual.cpus(),
        usual.startTimeout(),
        usual.drainTimeout(),
        usual.health(),
        new ContainerTemplate(
            new ContainerProcess(List.of(), List.of(), Optional.of(user), Optional.of("SIGINT")),
            container.serving(),
            container.pids(),
            container.gpus(),
            new ContainerStorage(true, List.of("/tmp"), List.of(Volume.of(volume))),
            container.capabilities(),
            container.labels(),
            container.metrics()));
  }

  @Test
  void anotherImageOrNetworkIsRefusedInWords() {
    DockerFleet elsewhere = fleet(new Wish().engine(address()).network("bridge").config());

    assertThatThrownBy(() -> elsewhere.start(spec(ONE)))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("not let through")
        .hasMessageContaining("HostConfig.NetworkMode \"bridge\": expected one of");
    DockerFleet behind = fleet(new Wish().engine(address()).network(NETWORK).config());
    assertThatThrownBy(() -> behind.start(spec(ONE, template("other:1", List.of()))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("expected one of [" + image());
    assertThat(fleet.list()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET json", "GET stats", "POST stop", "POST start", "DELETE "})
  void somebodyElsesContainerIsOutOfReach(String call) throws Exception {
    String other = CLUSTER + "-other";
    docker("create", "--name", other, "--label", "team=web", image());
    try {
      String[] words = call.split(" ", 2);
      String path = "/containers/" + other + (words[1].isEmpty() ? "" : "/" + words[1]);

      HttpResponse<String> answer = ask(words[0], path);

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("is not ours");
    } finally {
      docker("rm", "-f", other);
    }
  }

  @Test
  void whatIsNotThereIsNotThere() throws Exception {
    assertThat(ask("GET", "/containers/%s-nothing/json".formatted(CLUSTER)).statusCode())
        .isEqualTo(404);
    assertThat(ask("GET", "/info").statusCode()).isEqualTo(403);
    assertThat(ask("GET", "/_ping").body()).isEqualTo("OK");
  }

  /** A second call behind an allowed one is never looked at, let alone passed on. */
  @Test
  void aCallThatHidesBehindAnotherIsNotHeard() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", gate.address().getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      String call = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";
      String both = call.formatted("/_ping") + call.formatted("/info");
      socket.getOutputStream().write(both.getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(all).doesNotContain("Containers");
      assertThat(all.split("HTTP/1\\.1 ", -1)).hasSizeLessThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /_ping HTTP/1.1\nHost: x\n\n",
        "GET  /_ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /_ping HTTP/1.1\r\nHost : x\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /containers/create HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
        "POST /containers/create HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"
      })
  void whatCouldBeReadInTwoWaysIsRefused(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", gate.address().getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

      assertThat(Head.status(socket.getInputStream())).isEqualTo("HTTP/1.1 400 Refused");
    }
  }

  /** The first line of an answer. */
  private static final class Head {
    static String status(java.io.InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
        line.append((char) next);
      }
      return line.toString();
    }
  }

  private URI address() {
    return URI.create("tcp://127.0.0.1:" + gate.address().getPort());
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    URI target = URI.create("http://127.0.0.1:%d%s".formatted(gate.address().getPort(), path));
    return http.send(
        HttpRequest.newBuilder(target)
            .timeout(PATIENCE)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
