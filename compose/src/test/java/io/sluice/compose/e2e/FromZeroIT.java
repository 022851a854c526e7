package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * Zones without servers. One is woken by requests, which wait and are answered, and sleeps when it
 * is idle; the workers of the other come and go with the length of a list in a real Redis.
 */
@Tag("undisturbed")
class FromZeroIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ZoneId WORKERS = new ZoneId("workers");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Ports PORTS = FreePorts.find();

  @TempDir private static Path folder;
  private static EmbeddedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        EmbeddedCluster.start(
            config().withData(folder.resolve("data")).withPorts(PORTS), FromZeroIT::say);
    await().atMost(PATIENCE).until(cluster::ready);
  }

  @AfterAll
  static void end() {
    try (EmbeddedCluster ending = cluster) {
      AuditAtEnd.verify(ending.bootstrap());
    }
  }

  @Test
  void requestsWakeAZoneThatSleepsAgainWhenTheyAreOver() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(cluster.fleet().zone(ZONE).servers()).isEmpty();

      assertThat(ask(http, cluster)).containsOnly(200);
      await().atMost(PATIENCE).until(() -> cluster.fleet().zone(ZONE).servers().isEmpty());
      assertThat(ask(http, cluster)).containsOnly(200);

      List<ScaleCommand> commands =
          commands(cluster).stream().filter(command -> command.zone().equals(ZONE)).toList();
      assertThat(commands)
          .filteredOn(command -> command.reason().code() == ReasonCode.DEMAND)
          .hasSize(2);
      assertThat(commands)
          .filteredOn(command -> command.to() == 0 && command.from() == 1)
          .singleElement()
          .satisfies(
              command -> assertThat(command.reason().sentence()).startsWith("no request for 1"));
    }
  }

  @Test
  void workersComeAndGoWithTheLengthOfAListInRedis() {
    try (RedisClient redis = RedisClient.create("127.0.0.1", PORTS.redis())) {
      assertThat(cluster.fleet().zone(WORKERS).servers()).isEmpty();
      for (int job = 0; job < 150; job++) {
        redis.rpush("mails", "job " + job);
      }

      await()
          .atMost(PATIENCE)
          .until(() ->
              cluster.fleet().zone(WORKERS).servers().values().stream()
                      .filter(server -> server.state() == ServerState.READY)
                      .count()
                  == 2);
      redis.del("mails");
      await().atMost(PATIENCE).until(() -> cluster.fleet().zone(WORKERS).servers().isEmpty());

      assertThat(commands(cluster))
          .filteredOn(command -> command.zone().equals(WORKERS) && command.to() == 2)
          .singleElement()
          .satisfies(command ->
              assertThat(command.reason().sentence())
                  .contains("queue_length 150 in all (outside, list mails in Redis)"));
    }
  }

  @Test
  void lagsAndQueriesAreRecordedAndOneThatFailsIsAConditionAndNoChange() throws Exception {
    VictoriaMetrics.require("FromZeroIT");
    try (VictoriaMetrics _ = new VictoriaMetrics(folder.resolve("series"), PORTS.monitor(9))) {
      orders(5);
      await().atMost(PATIENCE).until(FromZeroIT::waitingJobsAreTaken);

      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(loads())
                  .contains("orders_lag 5.0 of lag of group billing on topic orders")
                  .contains("jobs_waiting 7.0 of query sum(jobs_waiting)"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(cluster.fleet().zone(WORKERS).conditions())
                  .singleElement()
                  .satisfies(one -> {
                    assertThat(one.condition().kind()).isEqualTo(ConditionKind.LOAD_UNKNOWN);
                    assertThat(one.condition().what())
                        .startsWith("depth is not known since 2")
                        .contains("the query can't be asked")
                        .doesNotContain("orders_lag", "jobs_waiting");
                  }));
      assertThat(loads()).noneMatch(load -> load.startsWith("depth"));
    }
  }

  private static void orders(int count) throws Exception {
    Map<String, Object> kafka = Map.of("bootstrap.servers", cluster.bootstrap());
    try (Admin admin = Admin.create(kafka);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic("orders", 2, (short) 1))).all().get();
      for (int order = 0; order < count; order++) {
        producer.send(new ProducerRecord<>("orders", new byte[] {1})).get();
      }
    }
  }

  /** Writes two series of the database; it may not listen yet. */
  private static boolean waitingJobsAreTaken() {
    URI database = URI.create("http://127.0.0.1:" + PORTS.monitor(9));
    String series = "jobs_waiting{queue=\"a\"} 3\njobs_waiting{queue=\"b\"} 4\n";
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest write =
          HttpRequest.newBuilder(database.resolve("/api/v1/import/prometheus"))
              .POST(HttpRequest.BodyPublishers.ofString(series))
              .build();
      return http.sendAsync(write, HttpResponse.BodyHandlers.discarding())
          .handle((answer, failed) -> failed == null && answer.statusCode() == 204)
          .join();
    }
  }

  /** The figures from outside that the journal holds. */
  private static Set<String> loads() {
    try (TopicReader<FleetEvent> reader =
        new TopicReader<>(
            KafkaAccess.at(cluster.bootstrap()),
            Topics.JOURNAL,
            problem -> {
              throw new AssertionError(problem);
            })) {
      return reader.toEnd().stream()
          .map(Entry::value)
          .flatMap(fact -> fact instanceof LoadReported load ? Stream.of(load) : Stream.empty())
          .map(load -> "%s %s of %s".formatted(load.metric(), load.value(), load.source()))
          .collect(Collectors.toSet());
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static ClusterConfig config() throws IOException {
    Path file = folder.resolve("from-zero.yaml");
    Files.writeString(
        file,
        """
        zones:
          zone1:
            policy:
              servers: {min: 0, max: 2}
              rules:
                - {type: target, metric: requests_in_flight, target: 100}
                - {type: idle, after: 10s}
              window: 2s
              warmUp: 2s
              stabilisation: {in: 3s}
          workers:
            policy:
              servers: {min: 0, max: 3}
              rules:
                - {type: target, metric: queue_length, target: 100}
              window: 2s
              warmUp: 2s
              stabilisation: {in: 3s}
            loads:
              - {metric: queue_length, every: 1s, redis: {url: "redis://127.0.0.1:%d", list: mails}}
              - {metric: orders_lag, every: 1s, kafka: {group: billing, topic: orders}}
              - metric: jobs_waiting
                every: 1s
                promql: {url: "http://127.0.0.1:%d", query: sum(jobs_waiting)}
              - {metric: depth, every: 1s, promql: {url: "http://127.0.0.1:1", query: depth}}
        """
            .formatted(PORTS.redis(), PORTS.monitor(9)));
    return ClusterConfig.read(file, Map.of());
  }

  /** Several users at once; the statuses of their answers. */
  private static List<Integer> ask(HttpClient http, EmbeddedCluster cluster) {
    HttpRequest question = HttpRequest.newBuilder(cluster.balancer(0).resolve("/id")).build();
    List<CompletableFuture<Integer>> answers =
        IntStream.range(0, 8)
            .mapToObj(_ ->
                http.sendAsync(question, HttpResponse.BodyHandlers.discarding())
                    .thenApply(HttpResponse::statusCode))
            .toList();
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private static List<ScaleCommand> commands(EmbeddedCluster cluster) {
    try (TopicReader<ScaleCommand> reader =
        new TopicReader<>(
            KafkaAccess.at(cluster.bootstrap()),
            Topics.SCALE_COMMANDS,
            problem -> {
              throw new AssertionError(problem);
            })) {
      return reader.toEnd().stream().map(Entry::value).toList();
    }
  }
}
