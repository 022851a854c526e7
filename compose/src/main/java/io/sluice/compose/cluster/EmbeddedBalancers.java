package io.sluice.compose.cluster;

import io.sluice.balancer.Balancer;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.schemas.id.ZoneId;
import java.util.HashMap;
import java.util.Map;

/** The balancers of an embedded cluster; a lost one is started again on its ports. */
public final class EmbeddedBalancers implements BalancerStarter, AutoCloseable {
  private final Wiring wiring;
  private final Map<ZoneId, Balancer> running = new HashMap<>();
  private boolean closed;

  EmbeddedBalancers(Wiring wiring) {
    this.wiring = wiring;
  }

  void startAll() {
    wiring.config().zones().forEach(zone -> start(zone.id()));
  }

  @Override
  public synchronized boolean start(ZoneId zone) {
    if (closed) {
      return false;
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
    running.values().forEach(Balancer::close);
    running.clear();
  }
}
