package io.sluice.compose.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.Routes;
import io.sluice.compose.drill.Tail;
import io.sluice.compose.kafka.Entry;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A cluster of processes that bad inputs are sent to, and what became of it. */
final class InputCluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  static final MonitorId FOLLOWER = new MonitorId(1);
  static final MonitorId LEADER = new MonitorId(2);

  private static final int RECORD_BYTES_MAX = 4 << 20;

  private final DrillCluster cluster;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private InputCluster(DrillCluster cluster) {
    this.cluster = cluster;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap(), "max.request.size", RECORD_BYTES_MAX),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** A broker, Redis, two monitors, and a server in each zone. */
  static InputCluster start(Path folder, List<ZoneId> zones) {
    Ports ports = FreePorts.find();
    InputCluster started =
        new InputCluster(
            DrillCluster.start(
                new DrillCluster.Shape(
                    folder,
                    ports,
                    Routes.direct(ports, 1),
                    new DrillCluster.Parts(LEADER.value(), zones, false))));
    zones.forEach(zone -> started.awaitServers(zone, 1));
    return started;
  }

  DrillCluster drill() {
    return cluster;
  }

  /** What was answered. */
  record Answer(int status, String body) {
    JsonNode tree() throws IOException {
      return Json.mapper().readTree(body);
    }
  }

  Answer ask(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(cluster.url(LEADER).resolve(path))
            .header("Authorization", "Bearer " + cluster.token())
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  /** What a zone's answer says of its conditions. */
  Set<String> conditions(ZoneId zone) throws IOException, InterruptedException {
    Set<String> kinds = new TreeSet<>();
    ask("GET", "/v1/zones/" + zone, "")
        .tree()
        .path("conditions")
        .forEach(condition -> kinds.add(condition.at("/condition/kind").asText()));
    return kinds;
  }

  <K> long write(Topic<K, ?> topic, K key, byte[] value) throws Exception {
    return producer
        .send(new ProducerRecord<>(topic.name(), topic.key().encode(key), value))
        .get()
        .offset();
  }

  KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  /** All that can be read of a topic. */
  <V> List<Entry<V>> read(Topic<?, V> topic) {
    try (Tail<V> tail = new Tail<>(KafkaAccess.at(cluster.bootstrap()), topic, _ -> {})) {
      return tail.all();
    }
  }

  List<FleetEvent> facts(ZoneId zone) {
    return read(Topics.JOURNAL).stream()
        .map(Entry::value)
        .filter(fact -> fact.zone().equals(zone))
        .toList();
  }

  long deadLetters() {
    return read(Topics.DEAD_LETTERS).size();
  }

  void awaitDeadLetters(long count) {
    await().atMost(PATIENCE).until(this::deadLetters, found -> found >= count);
  }

  void awaitServers(ZoneId zone, int count) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> running().stream().filter(server -> server.zone().equals(zone)).count(),
            found -> found == count);
  }

  Set<ServerId> running() {
    try (ProcessFleet fleet = cluster.fleet()) {
      return fleet.list().instances().stream()
          .filter(Instance::running)
          .map(Instance::server)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  void scale(ZoneId zone, int servers) throws IOException, InterruptedException {
    Answer answer =
        ask("POST", "/v1/zones/%s/scale".formatted(zone), "{\"servers\": %d}".formatted(servers));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  long epoch() {
    return cluster.standing(LEADER).orElseThrow().epoch();
  }

  /** These zones are observed and scale, the leader is the one that it was, and nobody ended. */
  void goesOn(long epoch, ZoneId... zones) throws IOException, InterruptedException {
    Instant since = Instant.now();
    for (ZoneId zone : zones) {
      await()
          .atMost(PATIENCE)
          .until(() ->
              read(Topics.JOURNAL).stream()
                  .anyMatch(entry ->
                      entry.time().isAfter(since)
                          && entry.value() instanceof LoadObserved observed
                          && observed.zone().equals(zone)));
      scale(zone, 2);
      awaitServers(zone, 2);
      scale(zone, 1);
      awaitServers(zone, 1);
    }
    assertThat(cluster.standing(LEADER).orElseThrow().phase()).isEqualTo("leading");
    assertThat(epoch()).isEqualTo(epoch);
    nobodyEnded();
  }

  void nobodyEnded() {
    assertThat(cluster.broker().running()).isTrue();
    assertThat(cluster.monitor(FOLLOWER).running()).isTrue();
    assertThat(cluster.monitor(LEADER).running()).isTrue();
  }

  @Override
  public void close() {
    producer.close();
    http.close();
    cluster.close();
  }
}
