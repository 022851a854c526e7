package io.sluice.balancer.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.pool.PoolInput.Changed;
import io.sluice.balancer.pool.PoolInput.Checked;
import io.sluice.balancer.pool.PoolInput.Failing;
import io.sluice.balancer.pool.PoolInput.Tick;
import io.sluice.balancer.pool.PoolInput.Unreachable;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Servers that can be reached, but fail what they are asked; and thresholds both ways. */
final class EjectionTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PoolThresholds QUARTER =
      new PoolThresholds(3, 2, Duration.ofSeconds(30), Duration.ofMinutes(5), 0.25, 0.5);

  private Pools pools = new Pools(PoolTimings.DEFAULT, PoolThresholds.DEFAULT);
  private PoolState state = PoolState.EMPTY;
  private Instant now = START;

  private List<PoolOutput> step(PoolInput input) {
    Pools.Step step = pools.step(state, input, now);
    state = step.state();
    return step.outputs();
  }

  private EjectionTest servers(int count) {
    for (int i = 1; i <= count; i++) {
      URI address = URI.create("http://127.0.0.1:" + (5000 + i));
      step(new Changed(new Member(ZONE.server(i), address, MemberState.READY, 100, START)));
    }
    return this;
  }

  private void fails(int server) {
    step(new Failing(ZONE.server(server), "500"));
  }

  private PooledServer server(int number) {
    PooledServer known = state.servers().get(ZONE.server(number));
    assertThat(known).isNotNull();
    return Objects.requireNonNull(known);
  }

  private List<Integer> alive() {
    return numbers(state.routing(0.5).alive());
  }

  private List<Integer> fallback() {
    Routing routing = state.routing(0.5);
    return numbers(
        Stream.concat(routing.ejected().stream(), routing.disconnected().stream()).toList());
  }

  private static List<Integer> numbers(List<Target> targets) {
    return targets.stream().map(target -> (int) target.server().number()).toList();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    for (PoolOutput output : step(new Tick())) {
      if (output instanceof PoolOutput.StartCheck(Target target, long ticket)) {
        step(new Checked(target.server(), ticket, Optional.empty()));
      }
    }
  }

  @Test
  void aFailingServerIsEjectedAndComesBack() {
    servers(3).fails(2);
    assertThat(alive()).containsExactly(1, 3);
    assertThat(fallback()).containsExactly(2);

    pass(Duration.ofSeconds(29));
    assertThat(alive()).containsExactly(1, 3);
    pass(Duration.ofSeconds(1));
    assertThat(alive()).containsExactly(1, 2, 3);
  }

  @Test
  void ejectionsGrowUntilTheServerHasBehaved() {
    servers(3).fails(2);
    pass(Duration.ofSeconds(30));
    fails(2);
    pass(Duration.ofSeconds(59));
    assertThat(alive()).doesNotContain(2);
    pass(Duration.ofSeconds(1));
    assertThat(alive()).contains(2);

    pass(Duration.ofMinutes(5));
    fails(2);
    pass(Duration.ofSeconds(30));
    assertThat(alive()).contains(2);
  }

  @Test
  void theLastAliveServerIsNeverEjected() {
    servers(1).fails(1);
    assertThat(alive()).containsExactly(1);
    assertThat(server(1).lastError()).contains("500");
  }

  @Property
  void neverMoreThanTheShareIsEjected(
      @ForAll @IntRange(min = 2, max = 12) int count, @ForAll List<Integer> failing) {
    pools = new Pools(PoolTimings.DEFAULT, QUARTER);
    state = PoolState.EMPTY;
    servers(count);
    for (int server : failing) {
      fails(Math.floorMod(server, count) + 1);
    }
    int ejected = count - alive().size();
    assertThat(ejected).isLessThanOrEqualTo(Math.max(1, count / 4));
  }

  @Test
  void whenTooFewAreLeftTheEjectedServeToo() {
    servers(4);
    fails(1);
    fails(2);
    assertThat(alive()).containsExactly(3, 4);

    step(new Unreachable(ZONE.server(3), "refused"));

    assertThat(alive()).containsExactly(4, 1, 2);
    assertThat(fallback()).containsExactly(3);
  }

  @Test
  void anEjectedServerThatDiesIsDisconnectedAtOnce() {
    servers(3).fails(2);
    step(new Unreachable(ZONE.server(2), "refused"));
    assertThat(server(2).phase()).isInstanceOf(Phase.Disconnected.class);
  }

  @Test
  void itTakesSoManyFailedChecksToGoAndSoManyGoodOnesToReturn() {
    pools = new Pools(PoolTimings.DEFAULT, QUARTER);
    servers(1);
    ServerId one = ZONE.server(1);
    check(one, Duration.ofSeconds(10), Optional.of("refused"));
    check(one, Duration.ofSeconds(1), Optional.of("refused"));
    assertThat(alive()).containsExactly(1);
    check(one, Duration.ofSeconds(1), Optional.of("refused"));
    assertThat(alive()).isEmpty();

    check(one, Duration.ofSeconds(30), Optional.empty());
    assertThat(alive()).isEmpty();
    check(one, Duration.ofSeconds(1), Optional.empty());
    assertThat(alive()).containsExactly(1);
  }

  private void check(ServerId server, Duration after, Optional<String> error) {
    now = now.plus(after);
    long ticket =
        step(new Tick()).stream()
            .filter(PoolOutput.StartCheck.class::isInstance)
            .map(PoolOutput.StartCheck.class::cast)
            .findFirst()
            .orElseThrow()
            .ticket();
    step(new Checked(server, ticket, error));
  }
}
