package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.Entry;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another template under load: one that works, and one whose servers never become ready. */
class RolloverIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int SERVERS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void serversAreReplacedOneByOneAndWhatFailsIsTakenBackWithoutAFailedRequest() throws Exception {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(
            config().withData(folder.resolve("data")).withPorts(FreePorts.find()),
            RolloverIT::say)) {
      await().atMost(PATIENCE).until(cluster::ready);
      await().atMost(PATIENCE).until(() -> settledOn(cluster, 1));
      Set<ServerId> old = servers(cluster);

      try (Load load = new Load(cluster.balancer(0).resolve("/id"), SERVERS)) {
        setTemplate(cluster, "environment: {RELEASE: second}\n");
        await().atMost(PATIENCE).until(() -> settledOn(cluster, 2));
        assertThat(servers(cluster)).doesNotContainAnyElementsOf(old);
        assertThat(environments(cluster)).allMatch(all -> all.contains("RELEASE=second"));
        load.takeAnswers();
        await().atMost(PATIENCE).until(() -> load.takeAnswers().equals(answers(cluster)));

        Set<ServerId> good = servers(cluster);
        setTemplate(cluster, "healthPath: /nowhere\nstartTimeout: 1s\n");
        await().atMost(PATIENCE).until(() -> settledOn(cluster, 4));
        assertThat(servers(cluster)).isEqualTo(good);
        assertThat(load.failures()).isEmpty();
        assertThat(load.answered()).isPositive();
        say("answered while the zone rolled over and back: " + load.answered());
      }
      explainsWhy(cluster);
      neverTooFewAndNeverMoreThanOneTooMany(cluster);
      AuditAtEnd.verify(cluster.bootstrap());
    }
  }

  private static void explainsWhy(EmbeddedCluster cluster) throws Exception {
    Entry<FleetEvent> back =
        facts(cluster).stream()
            .filter(entry ->
                entry.value() instanceof TemplateChanged changed && changed.revision() == 4)
            .findFirst()
            .orElseThrow();

    Sluice explained =
        Sluice.run("explain", ZONE + "@" + back.offset(), "--port-offset", offset(cluster));

    assertThat(explained.awaitExit()).as("%s", explained.err()).isZero();
    assertThat(explained.out().getLast())
        .startsWith(
            "because: sluice sets revision 4 of the template, since 2 servers of revision 3 failed"
                + " in a row, the last one: no answer within 1 s: ");
  }

  /** At every fact between the first change and the last. */
  private static void neverTooFewAndNeverMoreThanOneTooMany(EmbeddedCluster cluster) {
    Zone zone = Zone.unknown(ZONE);
    for (Entry<FleetEvent> entry : facts(cluster)) {
      zone = zone.apply(new JournalRecord(entry.offset(), entry.time(), entry.value()));
      if (zone.templateRevision() > 1) {
        assertThat(zone.in(ServerState.READY).count()).isGreaterThanOrEqualTo(SERVERS);
        assertThat(zone.servers().values().stream().filter(Server::live).count())
            .isLessThanOrEqualTo(SERVERS + 1);
      }
    }
  }

  private void setTemplate(EmbeddedCluster cluster, String template) throws Exception {
    Path file = folder.resolve("template.yaml");
    Files.writeString(file, template);
    Sluice set =
        Sluice.run(
            "template",
            "set",
            ZONE.toString(),
            file.toString(),
            "--port-offset",
            offset(cluster),
            "--data",
            folder.resolve("data").toString());
    assertThat(set.awaitExit()).as("%s", set.err()).isZero();
    assertThat(set.out()).singleElement().asString().contains("its servers follow one by one");
  }

  private ClusterConfig config() throws IOException {
    Path file = folder.resolve("rollover.yaml");
    Files.writeString(
        file,
        """
        zones:
          zone1:
            policy:
              servers: {min: %d, max: %d}
              rules: [{type: target, metric: in_flight, target: 100}]
              window: 2s
              canary: {watch: 5s}
        """
            .formatted(SERVERS, SERVERS));
    return ClusterConfig.read(file, Map.of());
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static String offset(EmbeddedCluster cluster) {
    return Integer.toString(cluster.config().ports().offset());
  }

  /** Whether this revision holds, and all servers are of it and ready. */
  private static boolean settledOn(EmbeddedCluster cluster, int revision) {
    Zone zone = cluster.fleet().zone(ZONE);
    return zone.templateRevision() == revision
        && zone.rollout().isEmpty()
        && zone.servers().size() == SERVERS
        && zone.in(ServerState.READY).count() == SERVERS;
  }

  private static Set<ServerId> servers(EmbeddedCluster cluster) {
    return new TreeSet<>(cluster.fleet().zone(ZONE).servers().keySet());
  }

  private static Set<String> answers(EmbeddedCluster cluster) {
    return servers(cluster).stream()
        .map("{\"server\":\"%s\"}"::formatted)
        .collect(Collectors.toSet());
  }

  /** The environment variables of each server's process. */
  private static List<List<String>> environments(EmbeddedCluster cluster) {
    return cluster.fleet().zone(ZONE).servers().values().stream()
        .map(server -> Path.of("/proc", server.handle(), "environ"))
        .map(RolloverIT::lines)
        .toList();
  }

  private static List<String> lines(Path environ) {
    try {
      return Arrays.asList(Files.readString(environ).split("\0", -1));
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static List<Entry<FleetEvent>> facts(EmbeddedCluster cluster) {
    return Records.of(cluster.bootstrap(), Topics.JOURNAL).stream()
        .filter(entry -> entry.value().zone().equals(ZONE))
        .toList();
  }
}
