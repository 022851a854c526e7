package io.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.balancer.pool.Phase;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.PoolThresholds;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.pool.Pools;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import io.sluice.schemas.supervision.Loops;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PoolsLoopTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId ONE = ZONE.server(1);

  @Test
  void whatThousandsOfRequestsFindOutIsNotedOnce() {
    Loops loops =
        new Loops((loop, cause) -> {
          throw new AssertionError(loop, cause);
        });
    Pools rules = new Pools(PoolTimings.DEFAULT, PoolThresholds.DEFAULT);
    try (PoolsLoop pools = new PoolsLoop("pools", rules, output -> {}, loops)) {
      URI address = URI.create("http://127.0.0.1:5001");
      pools.offer(
          new PoolInput.Changed(new Member(ONE, address, MemberState.READY, 100, Instant.now())));
      for (int i = 0; i < 10_000; i++) {
        pools.offer(new PoolInput.Unreachable(ONE, "refused"));
        pools.offer(new PoolInput.Silent(ONE));
        pools.offer(new PoolInput.Failing(ONE, "broken"));
        pools.offer(new PoolInput.Unreachable(ZONE.server(2), "refused"));
      }
      assertThat(pools.waiting()).isEqualTo(5);

      pools.start();
      pools.settle();
      assertThat(pools.state().count(Phase.Disconnected.class)).isEqualTo(1);

      pools.offer(new PoolInput.Gone(ONE));
      pools.offer(
          new PoolInput.Changed(new Member(ONE, address, MemberState.READY, 100, Instant.now())));
      pools.offer(new PoolInput.Unreachable(ONE, "refused again"));
      pools.settle();
      assertThat(pools.state().count(Phase.Disconnected.class)).isEqualTo(1);
    } finally {
      loops.close();
    }
  }
}
