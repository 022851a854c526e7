package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class FoldPropertyTest {
  private static final JsonCodec<ZoneState> STATES = new JsonCodec<>(ZoneState.class);
  private static final int TRIES = 300;

  @Provide
  Arbitrary<History> histories() {
    return Histories.any();
  }

  @Property(tries = 200)
  void whatIsCountedOnTheWayIsWhatThereIs(@ForAll("histories") History history) {
    ZoneState state = ZoneState.unknown(history.zone());
    for (JournalRecord entry : history.records()) {
      state = Decide.step(state, entry).after();
      assertThat(state.census())
          .isEqualTo(Census.of(state.zone(), state.pending(), state.stopping()));
    }
  }

  @Property(tries = TRIES)
  void theSameRecordsGiveTheSameCommandsByteForByte(@ForAll("histories") History history) {
    List<ScaleCommand> again = new ArrayList<>();
    ZoneState state =
        fold(ZoneState.unknown(history.state().zone().id()), history.records(), again);

    assertThat(bytes(again)).isEqualTo(bytes(history.commands()));
    assertThat(STATES.encode(state)).isEqualTo(STATES.encode(history.state()));
  }

  @Property(tries = TRIES)
  void aStateReadBackFromJsonAtAnyRecordHasTheSameFuture(
      @ForAll("histories") History history, @ForAll @IntRange(max = 1000) int permille) {
    int split = history.records().size() * permille / 1000;
    List<ScaleCommand> commands = new ArrayList<>();
    ZoneState before =
        fold(
            ZoneState.unknown(history.state().zone().id()),
            history.records().subList(0, split),
            commands);
    ZoneState read =
        switch (STATES.decode(STATES.encode(before))) {
          case Decoded.Value<ZoneState>(ZoneState value) -> value;
          case Decoded.UnknownType<ZoneState>(String type) -> throw new AssertionError(type);
          case Decoded.Malformed<ZoneState>(String problem) -> throw new AssertionError(problem);
        };

    assertThat(read).isEqualTo(before);
    ZoneState after =
        fold(read, history.records().subList(split, history.records().size()), commands);
    assertThat(after).isEqualTo(history.state());
    assertThat(bytes(commands)).isEqualTo(bytes(history.commands()));
  }

  @Property(tries = TRIES)
  void theNumberOfServersStaysWithinTheLimits(@ForAll("histories") History history) {
    each(
        history,
        (before, entry, decision) -> {
          ZoneState after = decision.after();
          if (after.governed() && !dry(after)) {
            boolean goes = after.zone().life().retiring();
            assertThat(after.desired())
                .isBetween(
                    goes ? 0 : after.zone().policy().min(), goes ? 0 : after.zone().policy().max());
          }
        });
  }

  @Property(tries = TRIES)
  void noServerIsStartedTwiceAndNoneThatWasEverSeen(@ForAll("histories") History history) {
    Set<ServerId> known = new HashSet<>();
    each(
        history,
        (before, entry, decision) -> {
          known.addAll(decision.after().zone().servers().keySet());
          decision
              .command()
              .filter(command -> !command.dryRun())
              .ifPresent(command ->
                  command.start().forEach(server -> assertThat(known.add(server)).isTrue()));
        });
  }

  @Property(tries = TRIES)
  void noServerIsToldToStopAgainBeforeItIsGone(@ForAll("histories") History history) {
    each(
        history,
        (before, entry, decision) -> {
          Set<ServerId> open = before.apply(entry).stopping();
          decision
              .command()
              .ifPresent(command -> assertThat(command.stop()).noneMatch(open::contains));
        });
  }

  @Property(tries = TRIES)
  void theRulesNeverScaleInWhenAServerIsMissing(@ForAll("histories") History history) {
    each(
        history,
        (before, entry, decision) -> {
          if (entry.event() instanceof LoadObserved seen
              && (seen.reporting() == 0 || !seen.missing().isEmpty())
              && before.zone().policy().rules().stream().noneMatch(Schedule.class::isInstance)
              && !dry(before)
              && !held(before, decision.after().time())) {
            assertThat(decision.after().desired()).isGreaterThanOrEqualTo(before.desired());
          }
        });
  }

  /** Whether it is a person who says how many there are, which a limit may have cut so far. */
  private static boolean held(ZoneState state, Instant time) {
    return state.manual().filter(hold -> hold.holds(time)).isPresent();
  }

  @Property(tries = TRIES)
  void aDryRunChangesNothingAndSaysNothingTwice(@ForAll("histories") History history) {
    List<ScaleCommand> last = new ArrayList<>();
    each(
        history,
        (before, entry, decision) -> {
          ZoneState after = decision.after();
          if (!dry(after)) {
            assertThat(decision.command().map(ScaleCommand::dryRun))
                .isNotEqualTo(Optional.of(true));
            last.clear();
            return;
          }
          assertThat(after.pending()).isEqualTo(before.apply(entry).pending());
          assertThat(after.stopping()).isEqualTo(before.apply(entry).stopping());
          assertThat(after.nextNumber()).isEqualTo(before.apply(entry).nextNumber());
          if (after.proposal().isEmpty()) {
            last.clear();
          }
          decision
              .command()
              .ifPresent(command -> {
                assertThat(command.dryRun()).isTrue();
                assertThat(last)
                    .noneMatch(told ->
                        told.to() == command.to()
                            && told.start().size() == command.start().size()
                            && told.stop().equals(command.stop()));
                last.clear();
                last.add(command);
              });
        });
  }

  @Property(tries = TRIES)
  void whatIsRememberedOfWishesStaysSmall(@ForAll("histories") History history) {
    each(
        history,
        (before, entry, decision) -> {
          RecentWishes recent = decision.after().recent();
          assertThat(recent.largest()).hasSizeLessThanOrEqualTo(20);
          assertThat(recent.smallest()).hasSizeLessThanOrEqualTo(20);
        });
  }

  @Property(tries = TRIES)
  void aDeathOutsideARowOfFailuresGivesExactlyOneReplacement(@ForAll("histories") History history) {
    each(
        history,
        (before, entry, decision) -> {
          if (entry.event() instanceof ServerExited exited && settled(before)) {
            Server victim = before.zone().servers().get(exited.server());
            boolean lived =
                victim != null && victim.live() && !before.stopping().contains(exited.server());
            if (lived && before.crashLoop().failures() == 0) {
              ScaleCommand command = decision.command().orElseThrow();
              assertThat(command.start()).hasSize(1);
              assertThat(command.stop()).containsExactly(exited.server());
              assertThat(command.reason().code()).isEqualTo(ReasonCode.SELF_HEALING);
              assertThat(command.from()).isEqualTo(command.to());
            }
          }
        });
  }

  @Property(tries = TRIES)
  void theEvidenceAddsUpToTheOutcome(@ForAll("histories") History history) {
    each(
        history,
        (before, entry, decision) -> {
          Evaluation evaluation = Decide.evaluate(before, entry);
          Evidence evidence = evaluation.evidence();
          if (!evaluation.known().governed()) {
            return;
          }
          int wish = evidence.largestWish().orElse(evaluation.from());
          for (Limit limit : evidence.limiters()) {
            assertThat(limit.before()).isEqualTo(wish);
            assertThat(limit.after()).isNotEqualTo(limit.before());
            assertThat(limit.sentence()).isNotBlank();
            wish = limit.after();
          }
          assertThat(evaluation.to()).isEqualTo(wish);
          assertThat(evaluation.reason().sentence()).isNotBlank();
          if (!dry(evaluation.known())) {
            assertThat(evaluation.changes()).isEqualTo(decision.command().isPresent());
          }
        });
  }

  @Property(tries = TRIES)
  void whatIsWantedIsThereOnceTheFleetHasObeyed(@ForAll("histories") History history) {
    if (!history.state().governed() || dry(history.state())) {
      return;
    }
    // Beyond the longest delay, and often enough for what the first commands leave to do.
    for (int round = 0; round < 3; round++) {
      history.pass(CrashLoop.DELAY_MAX);
      history.tell(history.load(Map.of(), 0));
      history.obey();
    }

    Census census = Census.of(history.state());
    assertThat(census.live()).isEqualTo(history.desired());
    assertThat(census.ready()).isEqualTo(history.desired());
    assertThat(history.state().pending()).isEmpty();
    assertThat(history.state().stopping()).isEmpty();
  }

  private static boolean dry(ZoneState state) {
    return state.governed() ? !state.acts() : state.zone().policy().dryRun();
  }

  private static boolean settled(ZoneState state) {
    return state.governed() && !dry(state) && Census.of(state).live() == state.desired();
  }

  private interface Step {
    void check(ZoneState before, JournalRecord entry, Decision decision);
  }

  private static void each(History history, Step step) {
    ZoneState state = ZoneState.unknown(history.state().zone().id());
    for (JournalRecord entry : history.records()) {
      Decision decision = Decide.step(state, entry);
      step.check(state, entry, decision);
      state = decision.after();
    }
  }

  private static ZoneState fold(
      ZoneState from, List<JournalRecord> records, List<ScaleCommand> commands) {
    ZoneState state = from;
    for (JournalRecord entry : records) {
      Decision decision = Decide.step(state, entry);
      decision.command().ifPresent(commands::add);
      state = decision.after();
    }
    return state;
  }

  private static List<String> bytes(List<ScaleCommand> commands) {
    return commands.stream()
        .map(Topics.SCALE_COMMANDS.value()::encode)
        .map(Arrays::toString)
        .toList();
  }
}
