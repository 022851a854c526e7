package io.sluice.topology.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Verdict.Difference;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.audit.Verdict.UnknownFact;
import io.sluice.topology.audit.Verdict.Verified;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.history.RawRecord;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AuditTest {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final ZoneId ZONE = new ZoneId("zone1");
  private static final ZoneId OTHER = new ZoneId("zone2");
  private static final int FIRST = 0;
  private static final int GROWTH = 1;

  private final Tape tape = story();

  /** Starts one server, sees load, starts a second one, loses the first and replaces it. */
  static Tape story() {
    Tape tape = new Tape();
    tell(tape, new ZoneDeclared(ZONE, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(ZONE, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));
    elect(tape, 1);
    start(tape, 1);
    load(tape, 40);
    load(tape, 90);
    start(tape, 2);
    load(tape, 50);
    tell(tape, new ServerReported(ZONE, START, ZONE.server(1), "connection refused"));
    tell(tape, new ServerStopped(ZONE, START, ZONE.server(1), "as asked"));
    start(tape, 3);
    load(tape, 50);
    elect(tape, 2);
    load(tape, 50);
    return tape;
  }

  static void tell(Tape tape, FleetEvent event) {
    tape.tell(START.plusSeconds(tape.journal.size()), event);
  }

  static void elect(Tape tape, long epoch) {
    URI url = URI.create("http://127.0.0.1:8080");
    tell(tape, new LeaderElected(ZONE, START, new MonitorId(1), new Epoch(epoch), url));
  }

  static void start(Tape tape, int number) {
    ServerId server = ZONE.server(number);
    tell(
        tape,
        new ServerStarted(
            ZONE,
            START,
            server,
            new CommandId(ZONE, 0),
            URI.create("http://127.0.0.1:" + (5000 + number)),
            "pid-" + number,
            new Epoch(1)));
    tell(tape, new ServerReady(ZONE, START, server));
  }

  static void load(Tape tape, double cpu) {
    int ready = tape.state(ZONE).zone().servers().size();
    tell(
        tape,
        new LoadObserved(
            ZONE,
            START,
            ZonePolicy.WINDOW_DEFAULT,
            new TreeMap<>(Map.of(Metric.CPU, cpu)),
            ready,
            List.of(),
            List.of(),
            List.of()));
  }

  @Test
  void anHonestHistoryIsVerifiedAndCounted() {
    assertThat(Audit.of(tape, false))
        .isEqualTo(
            new Verified(
                new Counts(tape.journal.size(), 0, tape.journal.size() - 1, 1, 3, 3, 0, 0)));
  }

  @Test
  void anAlteredCommandIsShownBesideTheExpectedOne() {
    tape.change(GROWTH, command -> AuditPropertyTest.with(command, 3, command.foldVersion()));

    Difference difference = difference(Kind.ALTERED);

    assertThat(difference.sentence())
        .isEqualTo("command zone1@9 is recorded with another content than the journal gives");
    assertThat(difference.offset()).isEqualTo(9);
    assertThat(difference.cause().orElseThrow()).contains("\"type\":\"load-observed\"");
    assertThat(difference.expected().orElseThrow()).contains("\"to\":2");
    assertThat(difference.found().orElseThrow()).contains("\"to\":3");
    assertThat(difference.counts().recomputed()).isEqualTo(1);
  }

  @Test
  void aRemovedCommandIsMissed() {
    tape.commands.remove(GROWTH);

    Difference difference = difference(Kind.REMOVED);

    assertThat(difference.sentence()).isEqualTo("command zone1@9 is not recorded");
    assertThat(difference.found()).isEmpty();
  }

  @Test
  void aCommandForWhichThereWasNoReasonIsNoticed() {
    tape.commands.add(
        GROWTH, Tape.raw(7, AuditPropertyTest.withId(tape.command(FIRST), new CommandId(ZONE, 3))));

    assertThat(difference(Kind.ADDED).sentence())
        .startsWith("command zone1@3 is recorded, but nothing was to be done: ");
  }

  @Test
  void aCommandWithoutAFactIsNoticed() {
    tape.commands.add(
        Tape.raw(7, AuditPropertyTest.withId(tape.command(FIRST), new CommandId(ZONE, 1_000))));

    assertThat(difference(Kind.CAUSE_MISSING).sentence())
        .isEqualTo("command zone1@1000 is recorded, but the journal has no fact of its zone there");
  }

  @Test
  void aRepeatedCommandIsNoticed() {
    tape.commands.add(GROWTH, tape.commands.get(FIRST));

    assertThat(difference(Kind.REPEATED).found()).isPresent();
  }

  @Test
  void commandsInTheWrongOrderAreNoticed() {
    Collections.swap(tape.commands, FIRST, GROWTH);

    assertThat(difference(Kind.REORDERED).sentence())
        .isEqualTo("command zone1@2 stands behind commands that were given after it");
  }

  @Test
  void aCommandThatCannotBeReadIsADifference() {
    tape.put(GROWTH, "{\"id\":".getBytes(UTF_8));

    assertThat(difference(Kind.MALFORMED).sentence())
        .startsWith("the command at offset 1 of its partition can't be read: ");
  }

  @Test
  void aFactTakenFromTheMiddleLeavesAGapInItsWritersNumbers() {
    tape.journal.remove(5);

    assertThat(difference(Kind.SEQUENCE).sentence())
        .isEqualTo("fact 2 of /observe/a stands where its fact 1 is expected: 1 fact is missing");
  }

  @Test
  void withoutNumbersTheLivesOfServersShowThatAFactIsMissing() {
    withoutNumbers();
    tape.journal.remove(3);

    assertThat(difference(Kind.DISCONTINUITY).sentence())
        .startsWith("server zone1-1 is not known: ");
  }

  @Test
  void withoutNumbersTheTermsShowThatAnElectionIsMissing() {
    elect(tape, 3);
    withoutNumbers();
    tape.journal.removeIf(raw -> text(raw).contains("\"epoch\":2"));

    assertThat(difference(Kind.DISCONTINUITY).sentence()).startsWith("epoch 3 does not follow 1");
  }

  @Test
  void withoutNumbersACommandShowsThatItsCauseIsMissing() {
    withoutNumbers();
    tape.journal.removeIf(raw -> text(raw).contains("server-reported"));

    assertThat(difference(Kind.CAUSE_MISSING).sentence()).contains("the journal has no fact");
  }

  @Test
  void whatHonestWritersMayDoIsNoObjection() {
    tell(tape, new ServerReported(ZONE, START, ZONE.server(2), "connection refused"));
    tell(tape, new ServerReported(ZONE, START, ZONE.server(2), "connection refused"));
    // The leader had not read the report yet.
    tell(
        tape,
        new ServerExited(ZONE, START, ZONE.server(2), Optional.of(137), false, "exit code 137"));
    tell(tape, new ServerStopped(ZONE, START, ZONE.server(2), "remains removed"));
    tell(tape, new ServerReported(ZONE, START, ZONE.server(2), "connection refused"));
    tell(tape, new ServerDrained(ZONE, START, ZONE.server(2)));

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);
  }

  @Test
  void commandsOfTheLastFactsArePendingUnlessTheHistoryIsSaidToBeComplete() {
    tape.commands.removeLast();

    assertThat(Audit.of(tape, false))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.counts().pending()).isEqualTo(1));
    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Difference.class, difference -> assertThat(difference.kind()).isEqualTo(Kind.REMOVED));
  }

  @Test
  void aCommandIsNotPendingForEver() {
    tape.commands.removeLast();
    for (int i = 0; i < Audit.PENDING_OBSERVATIONS_MAX; i++) {
      load(tape, 50);
    }

    assertThat(difference(Kind.REMOVED).cause().orElseThrow()).contains("server-reported");
  }

  @Test
  void aRecordThatNeverWasAFactIsCountedAndPassedOver() {
    tape.raw(START, "zone1".getBytes(UTF_8), "no JSON".getBytes(UTF_8), new TreeMap<>());
    load(tape, 50);

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.counts().malformed()).isEqualTo(1));
  }

  @Test
  void aFactOfUnknownTypeStopsTheAudit() {
    byte[] later = "{\"type\":\"server-blessed\",\"zone\":\"zone1\"}".getBytes(UTF_8);
    tape.raw(START, "zone1".getBytes(UTF_8), later, new TreeMap<>());

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            UnknownFact.class,
            unknown -> {
              assertThat(unknown.type()).isEqualTo("server-blessed");
              assertThat(unknown.sentence()).contains("partition 3", "'server-blessed'");
            });
  }

  @Test
  void aCommandOfOtherRulesMustFollowFromItsEvidence() {
    int other = Decide.FOLD_VERSION + 1;
    tape.change(FIRST, command -> AuditPropertyTest.with(command, command.to(), other));
    tape.change(GROWTH, command -> AuditPropertyTest.with(command, 3, other));

    assertThat(difference(Kind.UNFOUNDED).sentence())
        .contains("of decision rules %d".formatted(other))
        .endsWith("number of servers after the limiters: is 3, expected 2");
  }

  @Test
  void zonesThatShareAPartitionAreToldApart() {
    tell(tape, new ZoneDeclared(OTHER, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(OTHER, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));
    load(tape, 50);

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.counts().zones()).isEqualTo(2));
  }

  @Test
  void commandsComeBeforeFacts() {
    Audit audit = Audit.fromTheBeginning();
    audit.fact(tape.journal.getFirst());

    assertThatThrownBy(() -> audit.command(tape.commands.getFirst()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected all commands before");
  }

  private Difference difference(Kind kind) {
    Verdict verdict = Audit.of(tape, false);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Difference.class, difference -> assertThat(difference.kind()).isEqualTo(kind));
    return (Difference) verdict;
  }

  private void withoutNumbers() {
    tape.journal.replaceAll(raw ->
        new RawRecord(
            raw.partition(),
            raw.offset(),
            raw.time(),
            Topics.ZONE_KEY.encode(ZONE),
            Tape.value(raw),
            new TreeMap<>()));
  }

  private static String text(RawRecord raw) {
    return new String(Tape.value(raw), UTF_8);
  }
}
