package io.sluice.compose.inputs;

import static io.sluice.compose.inputs.InputCluster.FOLLOWER;
import static io.sluice.compose.inputs.InputCluster.LEADER;
import static io.sluice.compose.inputs.InputCluster.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.compose.e2e.AuditAtEnd;
import io.sluice.compose.inputs.InputCluster.Answer;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each row of the table of bad inputs, on a cluster of real processes: what the operator sees, and
 * what goes on working. Later ones find what earlier ones left, so that the order matters.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {
  /** What is told of a zone whose servers report what can't be, until a minute after the last. */
  private static final Set<String> ITS_FIGURES = Set.of("impossible-figure");

  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId ZONE2 = new ZoneId("zone2");
  private static final ZoneId ZONE3 = new ZoneId("zone3");
  private static final Path FOLDER =
      Path.of("target", "inputs-" + ProcessHandle.current().pid()).toAbsolutePath();

  private static final InputCluster cluster =
      InputCluster.start(FOLDER, List.of(ZONE1, ZONE2, ZONE3));

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  @Order(1)
  void aPolicyThatContradictsItselfIsRefusedAndTheOldOneHolds() throws Exception {
    long epoch = cluster.epoch();
    String before = cluster.ask("GET", "/v1/zones/zone1/policy", "").body();

    Answer answer =
        cluster.ask(
            "PUT",
            "/v1/zones/zone1/policy",
            """
            {"servers": {"min": 5, "max": 2}, "rules": [{"type": "threshold", "above": 1, "below": 9}]}
            """);

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.tree().path("errors")).hasSizeGreaterThanOrEqualTo(2);
    assertThat(cluster.ask("GET", "/v1/zones/zone1/policy", "").body()).isEqualTo(before);
    cluster.goesOn(epoch, ZONE1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health_check?x={id}", "health_check", "/a b", "//elsewhere:1/", "/%zz"})
  @Order(1)
  void aTemplateThatCannotBeServedIsRefusedWithItsPlace(String path) throws Exception {
    long epoch = cluster.epoch();
    ObjectNode template = (ObjectNode) cluster.ask("GET", "/v1/zones/zone1/template", "").tree();
    template.put("healthPath", path);

    Answer answer = cluster.ask("PUT", "/v1/zones/zone1/template", template.toString());

    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.tree().at("/errors/0/path").asText()).isEqualTo("healthPath");
    assertThat(answer.body()).contains("expected");
    assertThat(cluster.epoch()).isEqualTo(epoch);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e308", "-1e308", "5e-324", "\"much\"", "null", "[1]"})
  @Order(2)
  void anImpossibleMetricCostsNoZoneItsServers(String figure) throws Exception {
    ServerId server = only(ZONE1);

    cluster.write(
        Topics.METRICS,
        server,
        """
        {"zone":"zone1","server":"%s","at":"%s","health_status":"healthy","cpu_usage":%s}
        """
            .formatted(server, Instant.now(), figure)
            .getBytes(UTF_8));

    Instant taken = Instant.now().plusSeconds(1);
    await().atMost(PATIENCE).until(() -> observedSince(taken, ZONE1));
    assertThat(only(ZONE1)).isEqualTo(server);
    assertThat(cluster.conditions(ZONE1)).isSubsetOf(ITS_FIGURES);
    assertThat(cluster.conditions(ZONE2)).isEmpty();
    cluster.nobodyEnded();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 700_000, 1_048_400})
  @Order(3)
  void aMalformedRecordOfAnySizeIsOneDeadLetterAndNothingElse(int size) throws Exception {
    long epoch = cluster.epoch();
    long letters = cluster.deadLetters();
    byte[] text = "x".repeat(size).getBytes(UTF_8);
    byte[] named =
        "{\"server\":\"%s\",\"at\":\"2026-01-01T00:00:00Z\"}"
            .formatted("x".repeat(Math.max(1, size - 50)))
            .getBytes(UTF_8);

    cluster.write(Topics.METRICS, ZONE1.server(1), text);
    cluster.write(Topics.METRICS, ZONE1.server(1), named);
    cluster.write(Topics.JOURNAL, ZONE1, text);

    cluster.awaitDeadLetters(letters + 3);
    cluster.goesOn(epoch, ZONE1, ZONE2);
  }

  /** Of a monitor that follows, and of one that nobody has. */
  @ParameterizedTest
  @ValueSource(ints = {1, 9})
  @Order(3)
  void aTermThatThereNeverWasDeposesNobody(int monitor) throws Exception {
    long epoch = cluster.epoch();

    cluster.write(
        Topics.LEADERSHIP,
        new MonitorId(monitor),
        """
        {"monitor":%d,"epoch":999999,"url":"http://x:1"}
        """
            .formatted(monitor)
            .getBytes(UTF_8));

    cluster.goesOn(epoch, ZONE1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//127.0.0.1:%d/../v1/zones/zone1/scale",
        "//127.0.0.1:%d/v1/zones/zone1/scale",
        "http://127.0.0.1:%d/v1/zones/zone1/scale",
        "/..//127.0.0.1:%d/v1/zones/zone1/scale",
        "/\\127.0.0.1:%d/v1/zones/zone1/scale",
        "@127.0.0.1:%d/v1/zones/zone1/scale"
      })
  @Order(4)
  void aForgedPathIsForwardedNowhere(String target) throws Exception {
    long epoch = cluster.epoch();
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket socket = new Socket()) {
      URI follower = cluster.drill().url(FOLLOWER);
      socket.connect(new InetSocketAddress(follower.getHost(), follower.getPort()));
      socket.setSoTimeout((int) PATIENCE.toMillis());
      String body = "{\"servers\": 2}";
      String head =
          "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(target.formatted(elsewhere.getLocalPort()), body.length(), body);
      socket.getOutputStream().write(head.getBytes(UTF_8));

      String answer =
          new String(socket.getInputStream().readNBytes("HTTP/1.1 400".length()), UTF_8);

      assertThat(answer).matches("HTTP/1.1 4\\d\\d");
      elsewhere.setSoTimeout(300);
      assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(cluster.epoch()).isEqualTo(epoch);
  }

  @Test
  @Order(5)
  void whoWatchesAndDoesNotReadTakesNobodysPlace() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        silent.add(watcher("127.0.0.2"));
      }
      try (Socket reader = watcher("127.0.0.3")) {
        reader.setSoTimeout((int) PATIENCE.toMillis());
        byte[] status = reader.getInputStream().readNBytes("HTTP/1.1 200".length());

        assertThat(new String(status, UTF_8)).isEqualTo("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
    cluster.goesOn(cluster.epoch(), ZONE1);
  }

  @Test
  @Order(6)
  void aZoneThatIsMissingInAFileIsLeftAloneAndSaysSo() throws Exception {
    ServerId server = only(ZONE2);
    restartMonitors(zones -> zones.remove(ZONE2.value()));

    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.conditions(ZONE2), Set.of("zone-not-configured")::equals);
    cluster.goesOn(cluster.epoch(), ZONE1);
    assertThat(cluster.running()).contains(server);

    JsonNode known = Json.yaml().readTree(Files.readString(file(LEADER))).path("zones");
    restartMonitors(zones -> zones.set(ZONE2.value(), known.path(ZONE1.value())));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.conditions(ZONE2), Set::isEmpty);
    assertThat(only(ZONE2)).isEqualTo(server);
    cluster.goesOn(cluster.epoch(), ZONE2);
  }

  /** The broker's clock was an hour ahead for one record, and came back. */
  @Test
  @Order(7)
  void aClockThatJumpsAheadAndBackCostsSeconds() throws Exception {
    long epoch = cluster.epoch();
    stampedBy("CreateTime");
    long ahead = Instant.now().plus(Duration.ofMinutes(59)).toEpochMilli();
    RequestsWaiting fact = new RequestsWaiting(ZONE2, Instant.now(), 0);
    cluster
        .producer()
        .send(
            new ProducerRecord<>(
                Topics.JOURNAL.name(),
                null,
                ahead,
                Topics.JOURNAL.key().encode(ZONE2),
                Topics.JOURNAL.value().encode(fact)))
        .get();
    stampedBy("LogAppendTime");
    ServerId victim = only(ZONE2);
    kill(victim);

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            cluster.running().stream()
                .anyMatch(server -> server.zone().equals(ZONE2) && !server.equals(victim)));
    cluster.goesOn(epoch, ZONE1, ZONE2);
  }

  @Test
  @Order(7)
  void offsetsThatAreLostChangeNothing() throws Exception {
    Set<ServerId> running = cluster.running();
    List<CommandId> commands = commands();
    long started = started();
    cluster.drill().monitor(LEADER).terminate();
    cluster.drill().monitor(FOLLOWER).terminate();
    forgetOffsets();
    cluster.drill().monitor(FOLLOWER).restart();
    cluster.drill().monitor(LEADER).restart();
    cluster.drill().awaitLeader(LEADER, PATIENCE);

    Instant since = Instant.now();
    await().atMost(PATIENCE).until(() -> observedSince(since, ZONE1));
    await().atMost(PATIENCE).until(() -> observedSince(since.plusSeconds(5), ZONE2));
    assertThat(cluster.running()).isEqualTo(running);
    assertThat(commands()).isEqualTo(commands).doesNotHaveDuplicates();
    assertThat(started()).isEqualTo(started);
    cluster.goesOn(cluster.epoch(), ZONE1, ZONE2, ZONE3);
  }

  @Test
  @Order(8)
  void afterAllOfThatTheJournalGivesTheVerySameCommands() {
    AuditAtEnd.verify(cluster.drill().bootstrap());
    assertThat(commands()).doesNotHaveDuplicates();
  }

  private static boolean observedSince(Instant since, ZoneId zone) {
    return cluster.read(Topics.JOURNAL).stream()
        .anyMatch(entry ->
            entry.time().isAfter(since)
                && entry.value() instanceof LoadObserved observed
                && observed.zone().equals(zone));
  }

  private static ServerId only(ZoneId zone) {
    List<ServerId> found =
        cluster.running().stream().filter(server -> server.zone().equals(zone)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  @Order(11)
  void aFactOfALaterReleaseStopsItsZoneOnlyAndNamesWhatIsNeeded() throws Exception {
    long epoch = cluster.epoch();
    ServerId server = only(ZONE3);
    cluster.write(
        Topics.JOURNAL,
        ZONE3,
        """
        {"type":"server-hibernated","version":1,"zone":"zone3","at":"2026-11-30T10:00:00Z","server":"%s"}
        """
            .formatted(server)
            .getBytes(UTF_8));

    await().atMost(PATIENCE).until(() -> cluster.conditions(ZONE3), Set.of("newer-record")::equals);
    assertThat(cluster.ask("GET", "/v1/zones/zone3", "").body())
        .contains("server-hibernated")
        .contains("release");
    assertThat(cluster.running()).contains(server);
    cluster.goesOn(epoch, ZONE1, ZONE2);
    assertThat(cluster.conditions(ZONE1)).isSubsetOf(ITS_FIGURES);
  }

  private static void stampedBy(String type) throws Exception {
    try (Admin admin = admin()) {
      admin
          .incrementalAlterConfigs(
              Map.<ConfigResource, Collection<AlterConfigOp>>of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topics.JOURNAL.name()),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("message.timestamp.type", type),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static void kill(ServerId server) {
    String handle =
        cluster.facts(server.zone()).stream()
            .filter(
                fact -> fact instanceof ServerStarted started && started.server().equals(server))
            .map(fact -> ((ServerStarted) fact).handle())
            .findFirst()
            .orElseThrow();
    ProcessHandle.of(Long.parseLong(handle)).orElseThrow().destroyForcibly();
  }

  private static List<CommandId> commands() {
    return cluster.read(Topics.SCALE_COMMANDS).stream()
        .map(Entry::value)
        .map(ScaleCommand::id)
        .toList();
  }

  private static long started() {
    return cluster.read(Topics.JOURNAL).stream()
        .filter(entry -> entry.value() instanceof ServerStarted)
        .count();
  }

  private static Socket watcher(String from) throws IOException {
    URI monitor = cluster.drill().url(LEADER);
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(monitor.getHost(), monitor.getPort()));
    socket
        .getOutputStream()
        .write(
            "GET /v1/events?lastEventId=0:0,1:0,2:0,3:0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                .getBytes(UTF_8));
    return socket;
  }

  private static Path file(MonitorId monitor) {
    return FOLDER.resolve("monitor-%s.yaml".formatted(monitor));
  }

  /** Restarts both with other zones in their files. */
  private static void restartMonitors(Consumer<ObjectNode> change) throws IOException {
    for (MonitorId monitor : List.of(LEADER, FOLLOWER)) {
      cluster.drill().monitor(monitor).terminate();
      ObjectNode file = (ObjectNode) Json.yaml().readTree(Files.readString(file(monitor)));
      change.accept((ObjectNode) file.path("zones"));
      Files.writeString(file(monitor), Json.yaml().writeValueAsString(file));
    }
    cluster.drill().monitor(FOLLOWER).restart();
    cluster.drill().monitor(LEADER).restart();
    cluster.drill().awaitLeader(LEADER, PATIENCE);
  }

  /** As if they had expired while nobody was there. */
  private static void forgetOffsets() throws Exception {
    try (Admin admin = admin()) {
      assertThat(admin.listGroups().all().get()).isNotEmpty();
      // A member that has just left may still count as one for a moment.
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> {
            for (GroupListing group : admin.listGroups().all().get()) {
              Set<String> id = Set.of(group.groupId());
              if (group.type().filter(GroupType.STREAMS::equals).isPresent()) {
                admin.deleteStreamsGroups(id).all().get();
              } else {
                admin.deleteConsumerGroups(id).all().get();
              }
            }
            return admin.listGroups().all().get().isEmpty();
          });
    }
  }

  private static Admin admin() {
    return KafkaClients.admin(KafkaAccess.at(cluster.drill().bootstrap()), Map.of());
  }
}
