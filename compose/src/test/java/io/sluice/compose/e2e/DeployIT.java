package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.provisioner.FleetConfig;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody's Compose file on a real engine: a stock nginx with a volume and a secret, which grows
 * under load by the requests that its balancer counts, and sleeps when nobody comes; and a second
 * service beside it. The tests are one story and stand in its order.
 */
@Tag("undisturbed")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeployIT {
  private static final String RUN = "dp" + ProcessHandle.current().pid();
  private static final ZoneId WEB = new ZoneId(RUN + "web");
  private static final ZoneId API = new ZoneId(RUN + "api");
  private static final String IMAGE = "nginx:1.22-bookworm";
  private static final String SECRET = "correct-horse-battery-staple";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Ten of a hundred hexadecimal ids begin so. */
  private static final String FAILING_SITE =
      """
      map $request_id $fails { default 0; "~^(0|1[0-9])" 1; }
      server {
        listen 80;
        root /var/www/html;
        index index.nginx-debian.html;
        location / {
          if ($fails) { return 500; }
        }
      }
      """;

  private static final List<String> IMAGES = new ArrayList<>();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private static Path folder;
  private static Optional<EmbeddedCluster> started = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    Docker.require("DeployIT", "docker", "version");
    if (!Wrk.installed()) {
      System.err.println("SKIPPED: no wrk on this machine, so nothing is deployed under load");
      assertThat(System.getenv("CI")).as("CI needs wrk").isNotEqualTo("true");
      assumeTrue(false, "wrk is missing");
    }
    Docker.script(Map.of(), "compose/images/offline/nginx.sh");
    Files.writeString(folder.resolve("password"), SECRET);
    Files.writeString(folder.resolve("shop.yml"), shop());
    Path file = folder.resolve("cluster.yaml");
    Files.writeString(
        file,
        """
        monitors: 1
        zones:
          %sfirst: {policy: {servers: {min: 0}, rules: []}, template: {image: "%s"}}
        """
            .formatted(RUN, IMAGE));
    ClusterConfig config =
        ClusterConfig.read(file, System.getenv())
            .withFleet(FleetConfig.Kind.DOCKER)
            .withData(Path.of("target", "deploy-" + RUN))
            .withPorts(FreePorts.find());
    started = Optional.of(EmbeddedCluster.start(config, System.out::println));
    await().atMost(PATIENCE).until(cluster()::ready);
  }

  private static String shop() {
    return """
    services:
      api:
        image: %s
        expose: ["80"]
        depends_on: [web]
        x-sluice:
          {zone: %s, min: 1, max: 1, rules: [], healthPath: /, canary: {watch: 5s}}
      web:
        image: ${WEB_IMAGE:-%s}
        expose: ["80"]
        volumes: [pages:/var/www/html]
        secrets: [db-password]
        environment: {STAGE: shop}
        x-sluice:
          zone: %s
          min: 0
          max: 4
          healthPath: /
          window: 2s
          warmUp: 1s
          stabilisation: {in: 3s}
          rules:
            - {type: target, metric: requests_per_second, target: 20}
            - {type: idle, after: 15s}
    volumes:
      pages: {name: %spages}
    secrets:
      db-password: {file: ./password}
    """
        .formatted(IMAGE, API, IMAGE, WEB, RUN);
  }

  @AfterAll
  static void stop() throws Exception {
    HTTP.close();
    if (started.isPresent()) {
      try (EmbeddedCluster ending = started.get()) {
        AuditAtEnd.verify(ending.bootstrap());
      }
      for (String image : IMAGES) {
        Docker.run("docker", "image", "rm", "--force", image);
      }
      Docker.run("docker", "volume", "rm", "--force", RUN + "pages");
    }
  }

  @Test
  @Order(1)
  void aComposeFilesServiceServesAtAPortOfItsOwn() throws Exception {
    Sluice deployed = deploy("--service", "web");

    assertThat(deployed.out())
        .contains("secret db-password: version 1 is kept", WEB + ": declared")
        .anyMatch(line -> line.startsWith(WEB + ": done") || line.contains("no server runs now"));
    // It may sleep by now: whoever asks wakes it.
    assertThat(get(WEB).statusCode()).isEqualTo(200);
    assertThat(get(WEB).body()).contains("Welcome to nginx");
  }

  @Test
  @Order(2)
  void itsServersHaveTheVolumeAndTheSecretAndNobodyElseSeesIt() throws Exception {
    await().atMost(PATIENCE).until(() -> get(WEB).statusCode() == 200);
    Server server = zone(WEB).in(ServerState.READY).findFirst().orElseThrow();
    String container =
        Docker.run("docker", "ps", "--quiet", "--filter", "label=sluice.server=" + server.id());

    assertThat(Docker.run("docker", "exec", container, "cat", "/run/secrets/db-password"))
        .isEqualTo(SECRET);
    assertThat(Docker.run("docker", "inspect", container))
        .contains(RUN + "pages", "STAGE=shop")
        .doesNotContain(SECRET);
  }

  @Test
  @Order(3)
  void itGrowsUnderLoadWhileAnotherIsDeployedAndThenSleepsWithoutAFailedRequest() throws Exception {
    Wrk.Result result;
    try (Wrk wrk = Wrk.start(address(WEB), 4, false)) {
      await().atMost(PATIENCE).until(() -> zone(WEB).count(ServerState.READY) == 4);

      Sluice deployed = deploy();
      assertThat(deployed.out())
          .contains(
              "secret db-password: is kept as it is; 'sluice secret rotate' changes it",
              WEB + ": revision 1 of the template says the same already",
              API + ": declared",
              API + ": done: 1 server");
      assertThat(get(API).statusCode()).isEqualTo(200);
      result = wrk.stop();
    }
    assertThat(result.errors()).isEmpty();
    assertThat(result.requests()).isPositive();

    await().atMost(PATIENCE).until(() -> zone(WEB).servers().isEmpty());
    assertThat(get(WEB).statusCode()).isEqualTo(200);
    assertThat(zone(API).count(ServerState.READY)).isEqualTo(1);
  }

  @Test
  @Order(4)
  void whatCanNotBeHonouredIsToldWithItsLineAndNothingIsDeployed() throws Exception {
    Path wrong = folder.resolve("wrong.yml");
    Files.writeString(
        wrong,
        """
        services:
          other:
            image: nginx
            network_mode: host
            ports: ["8080:80"]
        """);

    Sluice refused = Sluice.run(line("deploy", wrong.toString()));

    assertThat(refused.awaitExit()).isEqualTo(2);
    assertThat(String.join("\n", refused.err()))
        .contains("2 problems", "line 4, column 19: services.other.network_mode")
        .contains("line 5, column 13: services.other.ports[0]: is '8080:80'");
    assertThat(cluster().fleet().zones()).doesNotContainKey(new ZoneId("other"));
  }

  @Test
  @Order(5)
  void anImageThatDoesNotComeUpIsTakenBackAndTheCommandSaysSo() throws Exception {
    assertThat(get(API).statusCode()).isEqualTo(200);

    Sluice failed =
        Sluice.run(line("deploy", "no-such-image:1", "--zone", API.value(), "--timeout", "2m"));

    assertThat(failed.awaitExit()).isEqualTo(1);
    assertThat(String.join("\n", failed.err())).contains(API + ": revision 2 was replaced by 3");
    assertThat(get(API).statusCode()).isEqualTo(200);
    assertThat(zone(API).template().image()).isEqualTo(IMAGE);
  }

  @Test
  @Order(6)
  void anImageThatFailsATenthOfItsRequestsIsTakenBackUnderLoadAndTheJournalTellsWhy()
      throws Exception {
    String failing = image("failing", FAILING_SITE);
    int holds = zone(API).templateRevision();
    Sluice taken;
    try (Wrk wrk = Wrk.start(address(API), 4, false)) {
      taken = Sluice.run(line("deploy", failing, "--zone", API.value(), "--timeout", "2m"));

      assertThat(taken.awaitExit()).isEqualTo(1);
      assertThat(wrk.stop().requests()).isPositive();
    }
    assertThat(String.join("\n", taken.err()))
        .contains("%s: revision %d was replaced by %d".formatted(API, holds + 1, holds + 2));
    assertThat(zone(API).template().image()).isEqualTo(IMAGE);
    assertThat(events())
        .contains("revision %d of the template is worse after".formatted(holds + 1))
        .contains("since revision %d is worse: ".formatted(holds + 1), " % of its requests failed");
    await().atMost(PATIENCE).until(() -> zone(API).servers().size() == 1);
  }

  @Test
  @Order(7)
  void anImageThatServesAsWellIsFoundToBeAsGoodUnderLoadWithoutAFailedRequest() throws Exception {
    String good = image("good", "");
    int holds = zone(API).templateRevision();
    try (Wrk wrk = Wrk.start(address(API), 4, false)) {
      Sluice deployed = Sluice.run(line("deploy", good, "--zone", API.value(), "--timeout", "2m"));

      assertThat(deployed.awaitExit()).as("%s", deployed.err()).isZero();
      assertThat(wrk.stop().errors()).isEmpty();
    }
    assertThat(events())
        .contains("revision %d of the template is as good after".formatted(holds + 1));
  }

  private static String events() throws Exception {
    Sluice events =
        Sluice.run("events", "--bootstrap", cluster().bootstrap(), "--zone", API.value());
    assertThat(events.awaitExit()).isZero();
    return String.join("\n", events.out());
  }

  /** An image like the stock one, but for its site, if one is given. */
  private static String image(String tag, String site) throws Exception {
    String name = "sluice-it-" + RUN + ":" + tag;
    Path files = Files.createDirectory(folder.resolve(tag));
    String copied = site.isEmpty() ? "" : "COPY site /etc/nginx/sites-available/default\n";
    Files.writeString(files.resolve("site"), site);
    Files.writeString(
        files.resolve("Dockerfile"), "FROM %s\nENV TAG=%s\n%s".formatted(IMAGE, tag, copied));
    Docker.run("docker", "build", "--quiet", "--tag", name, files.toString());
    IMAGES.add(name);
    return name;
  }

  private static Sluice deploy(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("deploy", folder.resolve("shop.yml").toString()));
    words.addAll(List.of(more));
    Sluice deployed = Sluice.run(line(words.toArray(String[]::new)));
    assertThat(deployed.awaitExit()).as("%s %s", deployed.out(), deployed.err()).isZero();
    return deployed;
  }

  private static String[] line(String... words) {
    return Stream.concat(
            Stream.of(words),
            Stream.of(
                "--data",
                Path.of("target", "deploy-" + RUN).toString(),
                "--monitor",
                cluster().monitorUrls().firstEntry().getValue().toString()))
        .toArray(String[]::new);
  }

  private static EmbeddedCluster cluster() {
    return started.orElseThrow();
  }

  private static Zone zone(ZoneId id) {
    return cluster().fleet().zone(id);
  }

  private static URI address(ZoneId id) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                zone(id)
                    .balancer()
                    .filter(found -> found.state() == Balancer.State.ALIVE)
                    .map(Balancer::address),
            Optional::isPresent)
        .orElseThrow()
        .resolve("/");
  }

  private static HttpResponse<String> get(ZoneId id) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address(id)).timeout(PATIENCE).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
