package io.sluice.topology;

import static io.sluice.topology.IsolationTopologyTest.asked;
import static io.sluice.topology.IsolationTopologyTest.encode;
import static io.sluice.topology.IsolationTopologyTest.key;
import static io.sluice.topology.IsolationTopologyTest.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RawRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that is longer than what can be folded in one transaction. */
class BacklogTopologyTest {
  private static final ZonePolicy POLICY = ZonePolicy.DEFAULT.with(Limits.NONE);
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int FACTS = 12_000;

  @TempDir private Path directory;
  @TempDir private Path after;

  private final List<RawRecord> journal = new ArrayList<>();
  private final List<ScaleCommand> commands = new ArrayList<>();
  private ZoneState state = ZoneState.unknown(ZONE);

  @BeforeEach
  void aLongJournal() {
    add(new ZoneDeclared(ZONE, Loop.START, Actor.CONFIGURATION));
    add(new PolicyChanged(ZONE, Loop.START, 1, POLICY, Actor.CONFIGURATION));
    while (journal.size() < FACTS) {
      add(new ZoneDeclared(ZONE, Loop.START, Actor.CONFIGURATION));
    }
    add(asked(ZONE, 3));
    add(new ZoneDeclared(ZONE, Loop.START, Actor.CONFIGURATION));
  }

  private void add(FleetEvent fact) {
    Instant time = Loop.START.plusSeconds(journal.size());
    Decision decision = Decide.step(state, new JournalRecord(journal.size(), time, fact));
    state = decision.after();
    decision.command().ifPresent(commands::add);
    journal.add(raw(journal.size(), time, key(ZONE), encode(fact)));
  }

  /** The first command is recorded; the last one was never given. */
  private Past past() {
    return new Past(
        List.copyOf(journal),
        List.of(
            raw(
                0,
                commands.getFirst().at(),
                key(ZONE),
                Topics.SCALE_COMMANDS.value().encode(commands.getFirst()))));
  }

  @Test
  void aLostStateIsMadeAgainInPortionsWithWhatComesMeanwhile() {
    try (Loop loop = new Loop(directory, Loop.START, past())) {
      loop.skip(journal.size() - 1);
      loop.rawFact(key(ZONE), Past.value(journal.getLast()));

      assertThat(loop.state(ZONE).progress().offset()).isBetween(1L, FACTS - 1L);
      assertThat(loop.state(ZONE).progress().stopped())
          .hasValueSatisfying(where -> assertThat(where.what()).contains("is folded again"));
      assertThat(loop.commands()).isEmpty();

      awaitAll(loop);
      assertThat(loop.state(ZONE)).isEqualTo(state);
      assertThat(loop.commands()).containsExactly(commands.getLast());
      assertThat(commands).hasSize(2);
    }
  }

  @Test
  void whoeverTakesItOverGoesOnWithIt() {
    Map<ZoneId, ZoneState> kept;
    try (Loop loop = new Loop(directory, Loop.START, past())) {
      loop.skip(journal.size() - 1);
      loop.rawFact(key(ZONE), Past.value(journal.getLast()));
      kept = loop.changelog();
    }
    int read = journal.size();
    add(new ZoneDeclared(ZONE, Loop.START, Actor.CONFIGURATION));

    try (Loop loop = new Loop(after, Loop.START, past())) {
      loop.restore(kept);
      loop.skip(read - 1 - Objects.requireNonNull(kept.get(ZONE)).progress().offset());
      loop.rawFact(key(ZONE), Past.value(journal.getLast()));

      awaitAll(loop);
      assertThat(loop.state(ZONE)).isEqualTo(state);
      assertThat(loop.commands()).containsExactly(commands.getLast());
    }
  }

  @Test
  void aZoneThatStoodStillCatchesUpInPortions() {
    Map<ZoneId, ZoneState> kept;
    try (Loop loop = new Loop(directory)) {
      loop.rawFact(key(ZONE), Past.value(journal.get(0)));
      loop.rawFact(key(ZONE), Past.value(journal.get(1)));
      loop.rawFact(key(ZONE), IsolationTopologyTest.frozen(ZONE));
      kept = loop.changelog();
    }
    ZoneId other = new ZoneId("zone2");

    // A release that can read what stands there.
    try (Loop loop = new Loop(after, Loop.START, past())) {
      loop.restore(kept);
      loop.skip(journal.size() - 1 - 2);
      loop.rawFact(key(ZONE), Past.value(journal.getLast()));
      assertThat(loop.state(ZONE).progress().offset()).isBetween(2L, FACTS - 1L);

      loop.fact(new ZoneDeclared(other, Loop.START, Actor.CONFIGURATION));
      assertThat(loop.state(other).zone().declared()).as("another zone goes on").isTrue();

      awaitAll(loop);
      assertThat(loop.state(ZONE).progress().offset()).isGreaterThanOrEqualTo(journal.size() - 1L);
      assertThat(loop.commands()).contains(commands.getLast());
    }
  }

  private void awaitAll(Loop loop) {
    for (int turn = 0; loop.state(ZONE).progress().stopped().isPresent(); turn++) {
      assertThat(turn).as("turns until it is folded again").isLessThan(FACTS / 5_000 + 1);
      loop.driver().advanceWallClockTime(Duration.ofMillis(50));
    }
  }
}
