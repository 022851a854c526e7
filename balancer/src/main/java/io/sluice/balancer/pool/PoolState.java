package io.sluice.balancer.pool;

import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All servers of the zone in their pools.
 *
 * @param servers by id; not modifiable
 * @param tickets how many checks and drains were started so far
 * @param nextReport when the dead are reported next; empty if there are none
 */
public record PoolState(
    SortedMap<ServerId, PooledServer> servers, long tickets, Optional<Instant> nextReport) {
  /** No servers. */
  public static final PoolState EMPTY =
      new PoolState(Collections.emptySortedMap(), 0, Optional.empty());

  /** Copies the map. */
  public PoolState {
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
  }

  /**
   * Where requests may go.
   *
   * @param panicShare below which share of alive servers the ejected ones count as alive too
   */
  public Routing routing(double panicShare) {
    List<Target> alive = targets(Phase.Alive.class);
    List<Target> ejected = targets(Phase.Ejected.class);
    List<Target> disconnected = targets(Phase.Disconnected.class);
    Set<ServerId> hanging =
        servers.values().stream()
            .filter(server -> server.phase() instanceof Phase.Disconnected)
            .filter(server -> server.standing().silent())
            .map(server -> server.member().server())
            .collect(Collectors.toSet());
    boolean panic = alive.size() < panicShare * (alive.size() + ejected.size());
    return panic
        ? new Routing(both(alive, ejected), List.of(), disconnected, hanging)
        : new Routing(alive, ejected, disconnected, hanging);
  }

  private static List<Target> both(List<Target> first, List<Target> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** The addresses of the dead servers. */
  public List<URI> dead() {
    return targets(Phase.Dead.class).stream().map(Target::address).toList();
  }

  /** How many servers are in the pool. */
  public int count(Class<? extends Phase> pool) {
    return targets(pool).size();
  }

  /** When something has to be done next, if nothing happens before. */
  public Optional<Instant> nextWake() {
    Instant earliest = nextReport.orElse(Instant.MAX);
    for (PooledServer server : servers.values()) {
      Instant due =
          switch (server.phase()) {
            case Phase.Alive(Instant next, long ticket) ->
                ticket == Phase.NO_CHECK ? next : Instant.MAX;
            case Phase.Disconnected(int _, Instant next, long ticket, boolean _) ->
                ticket == Phase.NO_CHECK ? next : Instant.MAX;
            case Phase.Ejected(Instant until, Instant next, long ticket) ->
                ticket == Phase.NO_CHECK && next.isBefore(until) ? next : until;
            case Phase.Dead(Instant next, long ticket) ->
                ticket == Phase.NO_CHECK ? next : Instant.MAX;
            case Phase.Draining(long _, boolean _) -> Instant.MAX;
          };
      earliest = due.isBefore(earliest) ? due : earliest;
    }
    return Optional.of(earliest).filter(Instant.MAX::isAfter);
  }

  private List<Target> targets(Class<? extends Phase> pool) {
    return servers.values().stream()
        .filter(server -> pool.isInstance(server.phase()))
        .map(PooledServer::target)
        .toList();
  }
}
