package io.sluice.compose.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures how long a cluster of three monitors is without a leader, and its zones without
 * decisions. Both ends of every time are taken from this host's clock: the moment at which the
 * monitor was hurt, and the broker's append time of the first fact or command afterwards.
 */
public final class FailoverDrill {
  private static final MonitorId LEADER = new MonitorId(3);
  private static final MonitorId NEXT = new MonitorId(2);
  private static final MonitorId FOLLOWER = new MonitorId(1);
  private static final int ZONES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A monitor that starts takes office back, and its share of the topology, within this. */
  private static final Duration RETURN_PATIENCE = Duration.ofMinutes(3);

  /** A leader that falls sooner counts as one that can't lead, to whom nobody hands over again. */
  private static final Duration STEADY = Duration.ofSeconds(16);

  private final int runs;
  private final Consumer<String> progress;

  /**
   * A drill.
   *
   * @param runs how often each thing is measured, 1 or more
   * @param progress hears in a line what is done
   */
  public FailoverDrill(int runs, Consumer<String> progress) {
    this.runs = runs;
    this.progress = progress;
  }

  /**
   * What was measured.
   *
   * @param leaderCrash from the leader's {@code kill -9} to the next leader's first fact
   * @param leaderHang from the leader's {@code kill -STOP} to the next leader's first fact
   * @param monitorCrashDecision from a follower's {@code kill -9} to the last zone's first command
   *     that was asked for afterwards
   */
  public record Report(Times leaderCrash, Times leaderHang, Times monitorCrashDecision) {}

  /**
   * Measures on a cluster in a directory of its own, of which nothing is left afterwards.
   *
   * @throws IOException if there is no room for the directory
   */
  public static Report inScratch(int runs, Consumer<String> progress) throws IOException {
    Ports ports = FreePorts.find();
    // As many as there are partitions, so that every monitor has some.
    List<ZoneId> zones =
        IntStream.rangeClosed(1, ZONES).mapToObj(number -> new ZoneId("zone" + number)).toList();
    progress.accept("cluster starts");
    DrillCluster.Parts parts = new DrillCluster.Parts(LEADER.value(), zones, false);
    try (Scratch scratch = Scratch.create("sluice-drill");
        DrillCluster cluster =
            DrillCluster.start(
                new DrillCluster.Shape(
                    scratch.directory(), ports, Routes.direct(ports, 1), parts))) {
      return new FailoverDrill(runs, progress).run(cluster, zones);
    }
  }

  /** Measures on a cluster of three monitors without balancers. */
  public Report run(DrillCluster cluster, List<ZoneId> zones) {
    List<Long> crash = new ArrayList<>();
    List<Long> hang = new ArrayList<>();
    List<Long> decision = new ArrayList<>();
    KafkaAccess kafka = KafkaAccess.at(cluster.bootstrap());
    try (Tail<FleetEvent> journal = new Tail<>(kafka, Topics.JOURNAL);
        Tail<ScaleCommand> commands = new Tail<>(kafka, Topics.SCALE_COMMANDS)) {
      awaitServers(journal, zones);
      for (int run = 1; run <= runs; run++) {
        String of = " %d of %d".formatted(run, runs);
        tell("leader killed" + of, crash, crash(cluster, journal));
        tell("leader stopped" + of, hang, hang(cluster, journal));
        tell(
            "follower killed" + of,
            decision,
            decision(new Watched(cluster, journal, commands), zones, 1 + run % 2));
      }
    }
    return new Report(Times.of(crash), Times.of(hang), Times.of(decision));
  }

  /** A cluster, and what is written there. */
  private record Watched(
      DrillCluster cluster, Tail<FleetEvent> journal, Tail<ScaleCommand> commands) {}

  /** So that a run that another process disturbed can be told from one that was slow by itself. */
  private void tell(String what, List<Long> all, Duration taken) {
    all.add(taken.toMillis());
    progress.accept("%s: %,d ms".formatted(what, taken.toMillis()));
  }

  private static void awaitServers(Tail<FleetEvent> journal, List<ZoneId> zones) {
    zones.forEach(zone ->
        journal.await(
            "a server of %s is ready".formatted(zone),
            RETURN_PATIENCE,
            entry ->
                entry.value() instanceof FleetEvent.ServerReady ready
                    && ready.zone().equals(zone)));
  }

  private static Duration crash(DrillCluster cluster, Tail<FleetEvent> journal) {
    steady();
    Instant hurt = Instant.now();
    cluster.monitor(LEADER).kill();
    Duration taken = Duration.between(hurt, elected(journal, NEXT, hurt));
    cluster.awaitLeader(NEXT, PATIENCE);
    cluster.monitor(LEADER).restart();
    cluster.awaitLeader(LEADER, RETURN_PATIENCE);
    return taken;
  }

  private static Duration hang(DrillCluster cluster, Tail<FleetEvent> journal) {
    steady();
    Instant hurt = Instant.now();
    cluster.monitor(LEADER).freeze();
    Duration taken = Duration.between(hurt, elected(journal, NEXT, hurt));
    cluster.monitor(LEADER).thaw();
    cluster.awaitLeader(LEADER, RETURN_PATIENCE);
    return taken;
  }

  private static void steady() {
    try {
      Thread.sleep(STEADY);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the leader led", interrupted);
    }
  }

  private static Instant elected(Tail<FleetEvent> journal, MonitorId next, Instant since) {
    return journal
        .await(
            "monitor %s takes office".formatted(next),
            PATIENCE,
            entry ->
                !entry.time().isBefore(since)
                    && entry.value() instanceof LeaderElected elected
                    && elected.monitor().equals(next))
        .time();
  }

  /** The leader stays; the zones of the one that is killed wait until the others have them. */
  private static Duration decision(Watched watched, List<ZoneId> zones, int servers) {
    DrillCluster cluster = watched.cluster();
    Instant hurt = Instant.now();
    cluster.monitor(FOLLOWER).kill();
    Map<ZoneId, Long> asked = ask(cluster, zones, servers);
    Instant last = hurt;
    for (ZoneId zone : zones) {
      Entry<ScaleCommand> command =
          watched
              .commands()
              .await(
                  "the command that was asked for in " + zone,
                  PATIENCE,
                  entry ->
                      entry.value().zone().equals(zone)
                          && entry.value().id().offset() == asked.getOrDefault(zone, -1L));
      last = command.time().isAfter(last) ? command.time() : last;
    }
    // The next run must not find a zone on its way, where nothing would have to be decided.
    zones.forEach(zone -> awaitSettled(watched.journal(), zone, hurt));
    cluster.monitor(FOLLOWER).restart();
    cluster.awaitLeader(LEADER, RETURN_PATIENCE);
    return Duration.between(hurt, last);
  }

  /** Asks every zone for a number of servers; where in the journal each of it stands. */
  private static Map<ZoneId, Long> ask(DrillCluster cluster, List<ZoneId> zones, int servers) {
    Map<ZoneId, Long> asked = new TreeMap<>();
    try (MonitorClient client = cluster.client(LEADER)) {
      for (ZoneId zone : zones) {
        JsonNode answer =
            client
                .ask(
                    "POST",
                    MonitorClient.ofZone(zone.value(), "scale"),
                    "{\"servers\": %d}".formatted(servers),
                    Map.of("Authorization", "Bearer " + cluster.token()))
                .tree();
        asked.put(zone, answer.at("/at/offset").asLong());
      }
    }
    return asked;
  }

  private static void awaitSettled(Tail<FleetEvent> journal, ZoneId zone, Instant since) {
    journal.await(
        "%s has what it was asked to have".formatted(zone),
        RETURN_PATIENCE,
        entry ->
            !entry.time().isBefore(since)
                && entry.value().zone().equals(zone)
                && (entry.value() instanceof FleetEvent.ServerReady
                    || entry.value() instanceof FleetEvent.ServerStopped));
  }
}
