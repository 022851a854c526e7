package io.sluice.balancer.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.pool.PoolInput.Broke;
import io.sluice.balancer.pool.PoolInput.Changed;
import io.sluice.balancer.pool.PoolInput.Checked;
import io.sluice.balancer.pool.PoolInput.Drained;
import io.sluice.balancer.pool.PoolInput.Gone;
import io.sluice.balancer.pool.PoolInput.MonitorKnown;
import io.sluice.balancer.pool.PoolInput.Replaced;
import io.sluice.balancer.pool.PoolInput.Silent;
import io.sluice.balancer.pool.PoolInput.Tick;
import io.sluice.balancer.pool.PoolInput.Unreachable;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PoolsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId ONE = ZONE.server(1);
  private static final ServerId TWO = ZONE.server(2);

  private final Pools pools = new Pools(PoolTimings.DEFAULT, PoolThresholds.DEFAULT);
  private final List<PoolOutput> outputs = new ArrayList<>();
  private PoolState state = PoolState.EMPTY;
  private Instant now = START;

  private static Member member(ServerId server, MemberState is, int since) {
    URI address = URI.create("http://127.0.0.1:" + (5000 + server.number()));
    return new Member(server, address, is, 100, START.plusSeconds(since));
  }

  private static Member ready(ServerId server) {
    return member(server, MemberState.READY, 0);
  }

  private List<PoolOutput> step(PoolInput input) {
    Pools.Step step = pools.step(state, input, now);
    state = step.state();
    outputs.addAll(step.outputs());
    return step.outputs();
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private List<ServerId> alive() {
    return state.routing(PoolThresholds.DEFAULT.panicShare()).alive().stream()
        .map(Target::server)
        .toList();
  }

  private List<ServerId> disconnected() {
    return state.routing(PoolThresholds.DEFAULT.panicShare()).disconnected().stream()
        .map(Target::server)
        .toList();
  }

  private Set<ServerId> hanging() {
    return state.routing(PoolThresholds.DEFAULT.panicShare()).hanging();
  }

  private <T extends PoolOutput> List<T> only(List<PoolOutput> from, Class<T> kind) {
    return from.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private long startedCheck(List<PoolOutput> from) {
    return only(from, PoolOutput.StartCheck.class).getFirst().ticket();
  }

  /** Lets the check that is due fail. */
  private void failCheck(int afterSeconds) {
    pass(afterSeconds);
    long ticket = startedCheck(step(new Tick()));
    step(new Checked(ONE, ticket, Optional.of("refused")));
  }

  @Test
  void aReadyServerTakesRequestsAtOnce() {
    List<PoolOutput> out = step(new Changed(ready(ONE)));
    assertThat(out)
        .containsExactly(
            new PoolOutput.Publish(state.routing(PoolThresholds.DEFAULT.panicShare())));
    assertThat(alive()).containsExactly(ONE);
  }

  @Test
  void checksAliveServersEveryTenSeconds() {
    step(new Changed(ready(ONE)));
    assertThat(state.nextWake()).contains(START.plusSeconds(10));

    pass(9);
    assertThat(step(new Tick())).isEmpty();
    pass(1);
    long ticket = startedCheck(step(new Tick()));
    assertThat(step(new Tick())).as("one check at a time").isEmpty();
    step(new Checked(ONE, ticket, Optional.empty()));

    assertThat(alive()).containsExactly(ONE);
    assertThat(state.nextWake()).contains(START.plusSeconds(20));
  }

  @Test
  void whoseConnectionsBreakUnderRequestsIsCheckedSoonAndInnocentUntilThen() {
    step(new Replaced(List.of(ready(ONE), ready(TWO))));
    for (int i = 0; i < 1000; i++) {
      assertThat(only(step(new Broke(ONE, "reset")), PoolOutput.StartCheck.class)).isEmpty();
    }
    assertThat(alive()).containsExactly(ONE, TWO);

    now = now.plus(PoolTimings.DEFAULT.confirmAfter());
    long ticket = startedCheck(step(new Tick()));
    assertThat(only(step(new Broke(ONE, "reset")), PoolOutput.StartCheck.class)).isEmpty();
    step(new Checked(ONE, ticket, Optional.empty()));
    assertThat(alive()).containsExactly(ONE, TWO);

    for (int i = 0; i < PoolThresholds.DEFAULT.failedChecks(); i++) {
      step(new Broke(ONE, "reset"));
      now = now.plus(PoolTimings.DEFAULT.confirmAfter());
      step(new Checked(ONE, startedCheck(step(new Tick())), Optional.of("gone")));
    }
    assertThat(disconnected()).containsExactly(ONE);
  }

  @Test
  void aServerThatIsSilentIsCheckedAtOnceAndIsInnocentUntilThen() {
    step(new Changed(ready(ONE)));

    pass(3);
    long ticket = startedCheck(step(new Silent(ONE)));
    assertThat(alive()).containsExactly(ONE);
    assertThat(step(new Silent(ONE))).as("it is being checked").isEmpty();
    step(new Checked(ONE, ticket, Optional.empty()));
    assertThat(alive()).containsExactly(ONE);
    assertThat(state.nextWake()).contains(START.plusSeconds(13));

    ticket = startedCheck(step(new Silent(ONE)));
    step(new Checked(ONE, ticket, Optional.of("no answer")));
    assertThat(disconnected()).containsExactly(ONE);
    assertThat(step(new Silent(ONE))).as("it is retried in its time").isEmpty();
  }

  @Test
  void onlyAServerThatLeavesItsCheckWithoutAnAnswerHangs() {
    step(new Changed(ready(ONE)));
    step(new Unreachable(ONE, "one connection was reset"));
    assertThat(disconnected()).containsExactly(ONE);
    assertThat(hanging()).as("its check is still to come").isEmpty();

    pass(1);
    step(new Checked(ONE, startedCheck(step(new Tick())), Optional.of("refused")));
    assertThat(hanging()).as("it may be stopping").isEmpty();

    pass(30);
    step(new Checked(ONE, startedCheck(step(new Tick())), Optional.of("no answer"), true));
    assertThat(hanging()).containsExactly(ONE);

    pass(30);
    step(new Checked(ONE, startedCheck(step(new Tick())), Optional.empty()));
    assertThat(alive()).containsExactly(ONE);
    assertThat(hanging()).isEmpty();
  }

  @Test
  void givesAServerUpAfterThreeFailedRetriesThirtySecondsApart() {
    step(new Changed(ready(ONE)));

    failCheck(10);
    assertThat(alive()).isEmpty();
    assertThat(disconnected()).containsExactly(ONE);
    pass(29);
    assertThat(step(new Tick())).isEmpty();
    failCheck(1);
    failCheck(30);
    assertThat(disconnected()).containsExactly(ONE);
    failCheck(30);

    assertThat(disconnected()).isEmpty();
    assertThat(only(outputs, PoolOutput.RecordDead.class))
        .containsExactly(new PoolOutput.RecordDead(ONE, "refused"));
  }

  @Test
  void aServerThatWasGivenUpIsFoundAgainWhenItIsBack() {
    step(new Changed(ready(ONE)));
    failCheck(10);
    failCheck(30);
    failCheck(30);
    failCheck(30);
    assertThat(state.dead()).hasSize(1);

    failCheck(30);
    assertThat(state.dead()).as("it is still away").hasSize(1);
    assertThat(only(outputs, PoolOutput.RecordDead.class)).as("recorded once").hasSize(1);

    pass(30);
    step(new Checked(ONE, startedCheck(step(new Tick())), Optional.empty()));
    assertThat(state.dead()).isEmpty();
    assertThat(alive()).containsExactly(ONE);
  }

  @Test
  void aSuccessfulRetryBringsAServerBack() {
    step(new Changed(ready(ONE)));
    failCheck(10);
    failCheck(30);
    pass(30);
    step(new Checked(ONE, startedCheck(step(new Tick())), Optional.empty()));
    assertThat(alive()).containsExactly(ONE);
  }

  @Test
  void aServerThatARequestFoundUnreachableStepsAsideAtOnceAndIsCheckedOutOfTurn() {
    step(new Changed(ready(ONE)));
    step(new Unreachable(ONE, "reset"));
    assertThat(disconnected()).containsExactly(ONE);
    assertThat(step(new Unreachable(ONE, "reset"))).as("once is enough").isEmpty();

    pass(1);
    long ticket = startedCheck(step(new Tick()));
    step(new Checked(ONE, ticket, Optional.empty()));

    assertThat(alive()).containsExactly(ONE);
  }

  @Test
  void theCheckOutOfTurnIsNotOneOfTheThreeRetries() {
    step(new Changed(ready(ONE)));
    step(new Unreachable(ONE, "reset"));
    failCheck(1);
    failCheck(30);
    failCheck(30);
    assertThat(disconnected()).containsExactly(ONE);
    failCheck(30);
    assertThat(state.dead()).hasSize(1);
  }

  @Test
  void anAnswerToAnEarlierCheckIsIgnored() {
    step(new Changed(ready(ONE)));
    pass(10);
    long ticket = startedCheck(step(new Tick()));
    step(new Unreachable(ONE, "reset"));

    step(new Checked(ONE, ticket, Optional.empty()));

    assertThat(alive()).isEmpty();
  }

  @Test
  void theDeadAreReportedEveryTenSecondsUntilTheMembershipChanges() {
    step(new Changed(ready(ONE)));
    failCheck(10);
    failCheck(30);
    failCheck(30);
    failCheck(30);
    assertThat(only(outputs, PoolOutput.TellMonitor.class)).hasSize(1);

    pass(9);
    assertThat(step(new Tick())).isEmpty();
    pass(1);
    assertThat(step(new Tick()))
        .containsExactly(new PoolOutput.TellMonitor(List.of(URI.create("http://127.0.0.1:5001"))));
    assertThat(step(new MonitorKnown())).hasSize(1);

    step(new Gone(ONE));
    pass(10);
    assertThat(step(new Tick())).isEmpty();
    assertThat(state.nextWake()).isEmpty();
  }

  @Test
  void aNewRecordRevivesADeadServerButTheOldOneDoesNot() {
    step(new Changed(ready(ONE)));
    failCheck(10);
    failCheck(30);
    failCheck(30);
    failCheck(30);

    step(new Changed(ready(ONE)));
    assertThat(alive()).isEmpty();
    step(new Changed(member(ONE, MemberState.READY, 99)));
    assertThat(alive()).containsExactly(ONE);
  }

  @Test
  void aDrainingServerGetsNothingNewAndIsRecordedOnceWhenEmpty() {
    step(new Changed(ready(ONE)));
    List<PoolOutput> out = step(new Changed(member(ONE, MemberState.DRAINING, 1)));

    assertThat(out.getFirst()).isEqualTo(new PoolOutput.Publish(Routing.EMPTY));
    long watch = only(out, PoolOutput.WatchDrain.class).getFirst().watch();
    step(new Changed(member(ONE, MemberState.DRAINING, 1)));
    assertThat(step(new Drained(ONE, watch + 1))).isEmpty();
    assertThat(step(new Drained(ONE, watch))).containsExactly(new PoolOutput.RecordDrained(ONE));
    assertThat(step(new Drained(ONE, watch))).isEmpty();
  }

  @Test
  void aReplacedMembershipRemovesWhoIsNotInIt() {
    step(new Changed(ready(ONE)));
    Target one = state.routing(PoolThresholds.DEFAULT.panicShare()).alive().getFirst();

    List<PoolOutput> out = step(new Replaced(List.of(ready(TWO))));

    assertThat(alive()).containsExactly(TWO);
    assertThat(out).contains(new PoolOutput.Forget(one));
  }

  @Test
  void aServerAtANewAddressIsANewServer() {
    step(new Changed(ready(ONE)));
    step(new Unreachable(ONE, "reset"));
    Member moved =
        new Member(ONE, URI.create("http://127.0.0.1:6001"), MemberState.READY, 100, now);
    List<PoolOutput> out = step(new Changed(moved));
    assertThat(alive()).containsExactly(ONE);
    assertThat(only(out, PoolOutput.Forget.class)).hasSize(1);
  }

  @Test
  void theTimingsAreTheSeeds() {
    assertThat(PoolTimings.DEFAULT)
        .isEqualTo(
            new PoolTimings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                3,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10)));
  }
}
