package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeaderTurnsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int MANY = 2_000;
  private static final int READ_MAX = 200;
  private static final Duration CONTACT = Duration.ofSeconds(3);

  private final List<FleetEvent> journal = new ArrayList<>();
  private Ticks now = new Ticks(0);
  private int read;

  @Test
  void aFleetThatEndsAtOnceIsToldInTurnsOfABoundedSizeAndIsLookedAtOnce() {
    LeaderTurns turns = turns(ready());
    turn(turns, List.of());
    List<Input> exits =
        IntStream.rangeClosed(1, MANY)
            .<Input>mapToObj(number ->
                new Input.Exited(new Exit(ZONE.server(number), Optional.of(137), false, "killed")))
            .toList();

    int most = 0;
    int stops = 0;
    int count = 0;
    for (int from = 0; from < MANY || read < journal.size(); from += LeaderTurns.POSTED_MAX) {
      int until = Math.min(MANY, from + LeaderTurns.POSTED_MAX);
      Outcome outcome = turn(turns, from < MANY ? exits.subList(from, until) : List.of()).outcome();
      most = Math.max(most, outcome.facts().size());
      stops += Math.toIntExact(outcome.effects().stream().filter(Effect::changesFleet).count());
      count++;
    }

    assertThat(journal).hasSize(MANY);
    assertThat(most).isEqualTo(LeaderTurns.POSTED_MAX);
    assertThat(count).isEqualTo(MANY / READ_MAX + 1);
    assertThat(stops).isZero();
    assertThat(turns.state().fleet().zone(ZONE).in(ServerState.DEAD)).hasSize(MANY);
    assertThat(turns.state().fleet()).isSameAs(turns.state().view());
  }

  @Test
  void aLeaderProvesThatItLeadsFromTimeToTimeAndBeforeItChangesTheFleet() {
    LeaderTurns turns = turns(Recovered.NOTHING);
    assertThat(turn(turns, List.of()).records()).isFalse();

    now = now.plus(CONTACT.dividedBy(3).minusMillis(1));
    assertThat(turn(turns, List.of()).records()).isFalse();
    now = now.plus(Duration.ofMillis(1));
    LeaderTurns.Turn.GoesOn proof = turn(turns, List.of());
    assertThat(proof.records()).isTrue();
    assertThat(proof.commands()).containsOnlyKeys(0, 1);
    assertThat(turn(turns, List.of()).records()).isFalse();

    Input start = Inputs.read(0, 4, "zone1@1", List.of("zone1-1"), List.of());
    assertThat(take(turns, List.of(start), List.of()).commands()).containsEntry(0, 4L);
  }

  @Test
  void whatALeaderReadsOfALaterOneEndsItsTerm() {
    LeaderTurns turns = turns(Recovered.NOTHING);
    Epoch later = Provisioner.TERMS.epoch().next();
    FleetEvent elected =
        new LeaderElected(
            ZONE, Samples.NOW, new MonitorId(2), later, URI.create("http://127.0.0.1:1"));

    LeaderTurns.Turn turn =
        turns.take(
            new LeaderTurns.Taken(
                List.of(new Input.FactRead(0, new JournalRecord(0, Samples.NOW, elected))),
                false,
                true,
                List.of()),
            moment());

    assertThat(turn).isEqualTo(new LeaderTurns.Turn.Over(later));
  }

  private LeaderTurns turns(Recovered recovered) {
    return new LeaderTurns(Provisioner.TERMS, CONTACT, recovered, Map.of(0, 0L, 1, 0L), moment());
  }

  private static Recovered ready() {
    Samples.Life[] lives =
        IntStream.rangeClosed(1, MANY)
            .mapToObj(number -> Samples.life(ZONE.server(number).toString(), ServerState.READY))
            .toArray(Samples.Life[]::new);
    return Recovered.since(Samples.journal(lives));
  }

  private Moment moment() {
    return new Moment(now, Samples.NOW);
  }

  /** A turn that reads back what was recorded, as much as one poll hands in. */
  private LeaderTurns.Turn.GoesOn turn(LeaderTurns turns, List<Input> posted) {
    List<Input> facts = new ArrayList<>();
    while (read < journal.size() && facts.size() < READ_MAX) {
      facts.add(new Input.FactRead(0, new JournalRecord(read, Samples.NOW, journal.get(read))));
      read++;
    }
    return take(turns, facts, posted);
  }

  private LeaderTurns.Turn.GoesOn take(LeaderTurns turns, List<Input> reading, List<Input> posted) {
    LeaderTurns.Turn.GoesOn turn =
        (LeaderTurns.Turn.GoesOn)
            turns.take(new LeaderTurns.Taken(reading, false, true, posted), moment());
    List<Place> places = new ArrayList<>();
    for (FleetEvent fact : turn.outcome().facts()) {
      places.add(new Place(0, journal.size()));
      journal.add(fact);
    }
    if (turn.records()) {
      turns.recorded(places);
    }
    return turn;
  }
}
