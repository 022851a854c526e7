package io.sluice.provisioner.api;

import io.sluice.provisioner.election.ElectionTimings;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.elector.HeartbeatReader;
import io.sluice.provisioner.elector.HttpPeerCalls;
import io.sluice.provisioner.elector.KafkaLeadershipTopic;
import io.sluice.provisioner.elector.LeaderElector;
import io.sluice.provisioner.elector.LeadershipTopic;
import io.sluice.provisioner.elector.Peers;
import io.sluice.provisioner.elector.Presence;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.leadership.JournalEvents;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.LeadershipSettings;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.provisioner.zones.ZoneTopics;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.Halt;
import io.sluice.schemas.supervision.Loops;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Tables of calls for tests. */
final class Apis {
  private Apis() {}

  /** The table of a monitor that is alone, and whose council does nothing. */
  static MonitorApi alone(Leadership office, Decisions decisions, Tokens tokens) {
    return alone(office, decisions, new FakeEvents(), tokens);
  }

  static MonitorApi alone(
      Leadership office, Decisions decisions, JournalEvents events, Tokens tokens) {
    return alone(office, decisions, events, Outside.NOTHING, tokens);
  }

  /**
   * What a monitor asks that is not of its own.
   *
   * @param history what the load was
   * @param fleet what prints
   */
  record Outside(Optional<LoadHistory> history, ServerFleet fleet) {
    static final Outside NOTHING = new Outside(Optional.empty(), new NoFleet());
  }

  static MonitorApi alone(
      Leadership office,
      Decisions decisions,
      JournalEvents events,
      Outside outside,
      Tokens tokens) {
    MonitorId id = new MonitorId(1);
    Electorate electorate = electorate(id);
    Loops loops = new Loops(Halt.ofProcess());
    Peers peers =
        new Peers(
            new HttpPeerCalls(id, Map.of(), tokens.peer(), Duration.ofSeconds(1)), loops.threads());
    KafkaSettings kafka =
        new KafkaSettings(KafkaAccess.at("127.0.0.1:1"), "test", id, Duration.ofSeconds(1));
    LeadershipTopic signs = new KafkaLeadershipTopic(kafka);
    LeaderElector council =
        new LeaderElector(
            electorate,
            office,
            peers,
            new LeaderElector.Signs(
                new HeartbeatReader(signs, loops), new Presence(signs, electorate, loops)),
            loops);
    return new MonitorApi(
        MonitorSelf.among(
            id, java.net.URI.create("http://127.0.0.1:1"), new java.util.TreeMap<>(), List::of),
        office,
        office::state,
        council,
        decisions,
        events,
        outside.history(),
        tokens,
        ZoneTopics.NONE,
        outside.fleet());
  }

  private static Electorate electorate(MonitorId alone) {
    return new Electorate(
        alone,
        Incarnation.random(new SecureRandom()),
        new TreeSet<>(),
        true,
        ElectionTimings.DEFAULT);
  }

  /** An office that nobody takes. */
  static Leadership neverSought() {
    LeadershipSettings settings =
        new LeadershipSettings(
            new MonitorId(1),
            URI.create("http://127.0.0.1:8080"),
            List.of(),
            true,
            Map.of(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    return new Leadership(
        settings,
        () -> {
          throw new IllegalStateException("nobody seeks this office");
        },
        Leadership.Means.of(new NoFleet(), Snapshots.NONE),
        List.of(),
        new Loops((loop, cause) -> {
          throw new AssertionError(loop + " can't go on", cause);
        }));
  }
}
