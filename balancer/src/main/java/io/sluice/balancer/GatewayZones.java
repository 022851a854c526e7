package io.sluice.balancer;

import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The zones of a gateway, which come and go, and one snapshot of all their servers. */
final class GatewayZones implements AutoCloseable {
  private final Function<ZoneId, ZonePart> parts;
  private final SortedMap<ZoneId, ZonePart> zones = new TreeMap<>();
  private volatile Routing routing = Routing.EMPTY;
  private boolean closed;

  /**
   * No zones.
   *
   * @param parts makes a zone's part, whose snapshots {@link #publish} takes in
   */
  GatewayZones(Function<ZoneId, ZonePart> parts) {
    this.parts = parts;
  }

  /** From now on there are these. */
  void become(Set<ZoneId> present) {
    List<ZonePart> gone = new ArrayList<>();
    List<ZonePart> come = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      for (ZoneId zone : List.copyOf(zones.keySet())) {
        if (!present.contains(zone)) {
          gone.add(zones.remove(zone));
        }
      }
      for (ZoneId zone : present) {
        if (!zones.containsKey(zone)) {
          ZonePart part = parts.apply(zone);
          zones.put(zone, part);
          come.add(part);
        }
      }
    }
    publish();
    gone.forEach(ZonePart::dissolve);
    come.forEach(ZonePart::start);
  }

  /** Puts the zones' snapshots together. */
  synchronized void publish() {
    List<Target> alive = new ArrayList<>();
    List<Target> ejected = new ArrayList<>();
    List<Target> disconnected = new ArrayList<>();
    Set<ServerId> hanging = new HashSet<>();
    for (ZonePart part : zones.values()) {
      Routing latest = part.routing();
      alive.addAll(latest.alive());
      ejected.addAll(latest.ejected());
      disconnected.addAll(latest.disconnected());
      hanging.addAll(latest.hanging());
    }
    routing = new Routing(alive, ejected, disconnected, hanging);
  }

  /** The latest snapshot, of all zones. */
  Routing routing() {
    return routing;
  }

  /** The part of the server's zone, if that is known. */
  synchronized Optional<ZonePart> of(ServerId server) {
    return Optional.ofNullable(zones.get(server.zone()));
  }

  /** All of them. */
  synchronized SortedMap<ZoneId, ZonePart> all() {
    return new TreeMap<>(zones);
  }

  /** No more changes; what is known holds. */
  void stopFollowing() {
    all().values().forEach(ZonePart::stopFollowing);
  }

  @Override
  public void close() {
    SortedMap<ZoneId, ZonePart> last;
    synchronized (this) {
      closed = true;
      last = new TreeMap<>(zones);
      zones.clear();
    }
    last.values().forEach(ZonePart::close);
  }
}
