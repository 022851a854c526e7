package io.sluice.compose.cluster;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.ZoneBalancers;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.schemas.id.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The balancers of an embedded cluster; a lost one is started again on its ports. Zones that are
 * added while it runs are served at ports of a range of their own.
 */
public final class EmbeddedBalancers implements BalancerStarter, AutoCloseable {
  private final Wiring wiring;
  private final Map<ZoneId, Balancer> running = new HashMap<>();
  private Optional<ZoneBalancers> added = Optional.empty();
  private boolean closed;

  EmbeddedBalancers(Wiring wiring) {
    this.wiring = wiring;
  }

  void startAll() {
    wiring.config().zones().forEach(zone -> start(zone.id()));
    ZoneBalancers others = ZoneBalancers.start(wiring.addedZones());
    synchronized (this) {
      added = Optional.of(others);
    }
  }

  /** The port of each zone that was added while the cluster ran. */
  public synchronized SortedMap<ZoneId, Integer> added() {
    return added.map(ZoneBalancers::served).orElseGet(TreeMap::new);
  }

  @Override
  public synchronized boolean start(ZoneId zone) {
    if (closed) {
      return false;
    }
    if (wiring.index(zone) < 0) {
      return added.filter(others -> others.startAgain(zone)).isPresent();
    }
    stop(zone);
    running.put(zone, Balancer.start(wiring.balancer(wiring.index(zone))));
    return true;
  }

  /** Ends a zone's balancer; the leader will start it again. */
  public synchronized void stop(ZoneId zone) {
    Balancer balancer = running.remove(zone);
    if (balancer != null) {
      balancer.close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    added.ifPresent(ZoneBalancers::close);
    running.values().forEach(Balancer::close);
    running.clear();
  }
}
