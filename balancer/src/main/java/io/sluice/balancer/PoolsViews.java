package io.sluice.balancer;

import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.pool.Phase;
import io.sluice.balancer.pool.PoolState;
import io.sluice.balancer.pool.PooledServer;
import io.sluice.balancer.proxy.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows the pools to people and programs. */
final class PoolsViews {
  private PoolsViews() {}

  static PoolsView of(PoolState state, Proxy proxy) {
    return new PoolsView(
        pool(state, proxy, Phase.Alive.class),
        pool(state, proxy, Phase.Disconnected.class),
        pool(state, proxy, Phase.Dead.class),
        pool(state, proxy, Phase.Draining.class));
  }

  private static List<PoolsView.Server> pool(
      PoolState state, Proxy proxy, Class<? extends Phase> pool) {
    return state.servers().values().stream()
        .filter(server -> pool.isInstance(server.phase()))
        .map(server -> view(server, proxy))
        .toList();
  }

  private static PoolsView.Server view(PooledServer server, Proxy proxy) {
    Optional<Instant> next =
        switch (server.phase()) {
          case Phase.Alive(Instant due, long _) -> Optional.of(due);
          case Phase.Disconnected(int _, Instant due, long _, boolean _) -> Optional.of(due);
          case Phase.Dead(), Phase.Draining(long _, boolean _) -> Optional.empty();
        };
    Optional<Integer> failed =
        server.phase() instanceof Phase.Disconnected(int retries, Instant _, long _, boolean _)
            ? Optional.of(retries)
            : Optional.empty();
    return new PoolsView.Server(
        server.target().server(),
        server.target().address(),
        proxy.inFlight(server.target().server()),
        failed,
        server.lastError(),
        next);
  }
}
