package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.Ports;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The cluster of the compose file as it stands, on the engine that tests run on. */
final class ComposedCluster {
  static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);
  private static final int ZONES = 3;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(ANSWER_TIMEOUT)
          .build();
  private final String name;
  private final Ports ports;
  private final Path data;

  private ComposedCluster(String name, Ports ports, Path data) {
    this.name = name;
    this.ports = ports;
    this.data = data;
  }

  /** Makes the images, where that is still to be done, and starts the cluster. */
  static ComposedCluster up(String name, Ports ports, Path data)
      throws IOException, InterruptedException {
    ComposedCluster cluster = new ComposedCluster(name, ports, data);
    Docker.script(Map.of(), "compose/images/offline/services.sh");
    boolean started = false;
    try {
      cluster.script(
          "up.sh",
          "--port-offset",
          Integer.toString(ports.offset()),
          "--history",
          "victoriametrics");
      started = true;
      return cluster;
    } finally {
      if (!started) {
        cluster.down();
      }
    }
  }

  private String script(String script, String... arguments)
      throws IOException, InterruptedException {
    return Docker.script(
        Map.of("SLUICE_CLUSTER", name, "SLUICE_DATA", data.toAbsolutePath().toString()),
        "compose/" + script,
        arguments);
  }

  Ports ports() {
    return ports;
  }

  String bootstrap() {
    return "127.0.0.1:" + ports.kafka();
  }

  /** Where the balancer of a zone takes requests, by the zone's number from 1. */
  URI zone(int number) {
    return URI.create("http://127.0.0.1:" + ports.balancer(number - 1));
  }

  /** Where the gateway takes requests for all zones. */
  URI gateway(String path) {
    return URI.create("http://127.0.0.1:" + ports.gateway() + path);
  }

  /** Whether the history holds something that a zone's servers measured since then. */
  boolean remembersSince(Instant moment) throws IOException, InterruptedException {
    String since = moment.toString();
    String wanted = URLEncoder.encode("server_cpu_usage{zone=\"zone1\"}", UTF_8);
    URI raw =
        URI.create(
            "http://127.0.0.1:%d/api/v1/export?start=%s&match[]=%s"
                .formatted(8428 + ports.offset(), since, wanted)
                .replace("[", "%5B")
                .replace("]", "%5D"));
    HttpResponse<String> answer = send("GET", raw, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return !answer.body().isBlank();
  }

  /** What compose calls the container of a service. */
  String part(String service) throws IOException, InterruptedException {
    return Docker.run(
        "docker",
        "ps",
        "--all",
        "--filter",
        "label=com.docker.compose.project=" + name,
        "--filter",
        "label=com.docker.compose.service=" + service,
        "--format",
        "{{.Names}}");
  }

  /** Whether it runs, and since when. */
  static String running(String container) throws IOException, InterruptedException {
    return Docker.run(
        "docker", "inspect", "--format", "{{.State.Status}} {{.State.StartedAt}}", container);
  }

  /** The containers of all parts that are there. */
  List<String> parts() throws IOException, InterruptedException {
    return containers("com.docker.compose.project=" + name);
  }

  /** The servers' containers, running or not. */
  SortedSet<String> servers() throws IOException, InterruptedException {
    return new TreeSet<>(containers("sluice.cluster=" + name));
  }

  private static List<String> containers(String label) throws IOException, InterruptedException {
    return Docker.run(
            "docker", "ps", "--all", "--filter", "label=" + label, "--format", "{{.Names}}")
        .lines()
        .toList();
  }

  /** The containers of the servers that the journal knows, as a monitor tells it. */
  SortedSet<String> records() throws IOException, InterruptedException {
    SortedSet<String> records = new TreeSet<>();
    for (JsonNode zone : monitor("/v1/zones")) {
      zone.path("servers").fieldNames().forEachRemaining(id -> records.add(name + "-" + id));
    }
    return records;
  }

  /** How many servers of a zone are ready. */
  int ready(int zone) throws IOException, InterruptedException {
    int ready = 0;
    for (JsonNode server : monitor("/v1/zones/zone" + zone).path("servers")) {
      ready += "ready".equals(server.path("state").asText()) ? 1 : 0;
    }
    return ready;
  }

  /** Which monitor leads, by what one of them says; 0: nobody knows. */
  int leader() throws IOException, InterruptedException {
    for (int id = 3; id >= 1; id--) {
      try {
        HttpResponse<String> answer = send("GET", monitor(id, "/alive"), "");
        if (answer.statusCode() == 200 && tree(answer).path("leader").asBoolean()) {
          return id;
        }
      } catch (IOException silent) {
        // It is one of those that are out of order at the moment: the next one may know.
        assertThat(silent).isNotNull();
      }
    }
    return 0;
  }

  /** What the first monitor that answers says. */
  JsonNode monitor(String path) throws IOException, InterruptedException {
    IOException last = new IOException("no monitor answers " + path);
    for (int id = 3; id >= 1; id--) {
      try {
        HttpResponse<String> answer = send("GET", monitor(id, path), "");
        if (answer.statusCode() == 200) {
          return tree(answer);
        }
        last = new IOException(answer.statusCode() + " " + answer.body());
      } catch (IOException silent) {
        last = silent;
      }
    }
    throw last;
  }

  /** What the balancer of a zone says of its servers. */
  JsonNode pools(int zone) throws IOException, InterruptedException {
    URI pools = URI.create("http://127.0.0.1:%d/pools".formatted(ports.balancerAdmin(zone - 1)));
    return tree(send("GET", pools, ""));
  }

  /** Has something changed, by whichever monitor answers. */
  void change(String method, String path, String body) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          HttpResponse<String> answer = send(method, monitor(1, path), body);
          assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        });
  }

  URI monitor(int id, String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(ports.monitor(id), path));
  }

  HttpResponse<String> send(String method, URI target, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(target)
            .timeout(ANSWER_TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token())
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String token() throws IOException {
    return Files.readString(data.resolve("compose-" + name).resolve("token")).strip();
  }

  private static JsonNode tree(HttpResponse<String> answer) throws IOException {
    return Json.mapper().readTree(answer.body());
  }

  /**
   * Waits until all is well: every zone serves and is observed, the monitors agree who leads, no
   * container of ours is without a record, and no record without a container.
   */
  void awaitHarmony() {
    Instant since = Instant.now();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> {
          for (int zone = 1; zone <= ZONES; zone++) {
            assertThat(send("GET", zone(zone).resolve("/id"), "").statusCode()).isEqualTo(200);
            assertThat(pools(zone).path("alive")).hasSize(ready(zone));
            String observed = monitor("/v1/zones/zone%d/load".formatted(zone)).path("at").asText();
            assertThat(Instant.parse(observed)).isAfter(since);
          }
          assertThat(
                  IntStream.rangeClosed(1, 3)
                      .mapToObj(id -> answered(monitor(id, "/leader")))
                      .distinct())
              .hasSize(1);
          assertThat(leader()).isPositive();
          assertThat(send("GET", gateway("/id"), "").statusCode()).isEqualTo(200);
          for (JsonNode balancer : monitor("/v1/balancers")) {
            assertThat(balancer.path("state").asText()).isEqualTo("alive");
          }
          assertThat(records()).isEqualTo(servers());
        });
  }

  private String answered(URI target) {
    try {
      HttpResponse<String> answer = send("GET", target, "");
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    } catch (IOException silent) {
      throw new AssertionError(target + " does not answer", silent);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", interrupted);
    }
  }

  /** Stops the cluster, and removes all of it. */
  void down() throws IOException, InterruptedException {
    http.close();
    script("down.sh", "--volumes");
    assertThat(parts()).isEmpty();
    assertThat(servers()).isEmpty();
  }
}
