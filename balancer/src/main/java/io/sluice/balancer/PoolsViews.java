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

  /** The pools of these zones, each taken together. */
  static PoolsView of(List<PoolState> states, Proxy proxy) {
    return new PoolsView(
        pool(states, proxy, Phase.Alive.class),
        pool(states, proxy, Phase.Ejected.class),
        pool(states, proxy, Phase.Disconnected.class),
        pool(states, proxy, Phase.Dead.class),
        pool(states, proxy, Phase.Draining.class));
  }

  private static List<PoolsView.Server> pool(
      List<PoolState> states, Proxy proxy, Class<? extends Phase> pool) {
    return states.stream()
        .flatMap(state -> state.servers().values().stream())
        .filter(server -> pool.isInstance(server.phase()))
        .map(server -> view(server, proxy))
        .toList();
  }

  private static PoolsView.Server view(PooledServer server, Proxy proxy) {
    Optional<Instant> next =
        switch (server.phase()) {
          case Phase.Alive(Instant due, long _) -> Optional.of(due);
          case Phase.Disconnected(int _, Instant due, long _, boolean _) -> Optional.of(due);
          case Phase.Ejected(Instant until, Instant _, long _) -> Optional.of(until);
          case Phase.Dead(Instant due, long _) -> Optional.of(due);
          case Phase.Draining(long _, boolean _) -> Optional.empty();
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
