package io.sluice.balancer;

import io.sluice.balancer.admin.AdminException;
import io.sluice.balancer.membership.MemberCopy;
import io.sluice.balancer.proxy.ProxyException;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves zones as they come and go, in one process, each at a port of its own.
 *
 * <pre>
 *   a membership topic is there ──▶ a port is opened ──▶ the journal is told where
 *   it is gone, three looks long ──▶ what is under way ends ──▶ the port is closed
 * </pre>
 *
 * <p>Where a zone is served is told to the journal until a leader shows that it knows, by telling
 * who leads; and again when no leader has done so for a while.
 */
public final class ZoneBalancers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZoneBalancers.class);

  /** A leader tells who leads twice in this time. */
  private static final Duration KNOWN_FOR = Duration.ofSeconds(75);

  private static final Duration ANNOUNCE_MIN = Duration.ofSeconds(5);
  private static final Duration ANNOUNCE_MAX = Duration.ofMinutes(10);
  private static final String PORTS_FILE = "zone-ports";

  private final ZoneBalancersConfig config;
  private final Loops loops;
  private final ZoneWatch watch;
  private final Optional<Path> file;
  private final ExecutorService endings = Executors.newVirtualThreadPerTaskExecutor();
  private final SortedMap<ZoneId, Served> running = new TreeMap<>();
  private final Set<ZoneId> unserved = new HashSet<>();
  private ZonePorts ports;
  private boolean closed;

  private ZoneBalancers(ZoneBalancersConfig config) {
    this.config = config;
    this.loops = new Loops((loop, cause) -> LOG.error("{} of the balancers ended", loop, cause));
    this.file = config.each().directory().map(folder -> folder.resolve(PORTS_FILE));
    this.ports =
        file.map(known -> ZonePorts.read(config.ports(), known))
            .orElseGet(() -> ZonePorts.of(config.ports()));
    this.watch =
        new ZoneWatch(
            remembered(),
            () -> KafkaClients.consumer(config.kafka(), "zone-balancers-zones"),
            config.lookEvery(),
            this::become,
            loops);
  }

  /** A zone's balancer, and what was told of it. */
  private static final class Served {
    private final Balancer balancer;
    private Optional<Ticks> announcedAt = Optional.empty();
    private Duration pause = ANNOUNCE_MIN;

    Served(Balancer balancer) {
      this.balancer = balancer;
    }
  }

  /** Starts serving: the zones that were served before at once, others when they are seen. */
  public static ZoneBalancers start(ZoneBalancersConfig config) {
    ZoneBalancers balancers = new ZoneBalancers(config);
    balancers.become(balancers.remembered());
    balancers.watch.start();
    return balancers;
  }

  /** What was served before, and can be again while Kafka does not answer. */
  private SortedSet<ZoneId> remembered() {
    SortedSet<ZoneId> zones =
        new TreeSet<>(config.each().directory().map(MemberCopy::zonesIn).orElseGet(TreeSet::new));
    zones.retainAll(ports.zones());
    zones.removeAll(config.except());
    return zones;
  }

  private synchronized void become(SortedSet<ZoneId> zones) {
    if (closed) {
      return;
    }
    for (ZoneId gone : List.copyOf(running.keySet())) {
      if (!zones.contains(gone)) {
        end(gone);
      }
    }
    for (ZoneId zone : zones) {
      if (!running.containsKey(zone) && !config.except().contains(zone)) {
        open(zone);
      }
    }
    running.values().forEach(this::announce);
  }

  private void end(ZoneId zone) {
    Served served = running.remove(zone);
    if (served != null) {
      LOG.info("zone {} is gone: its port {} is closed", zone, served.balancer.traffic().getPort());
      // What is under way may take its time, which is no other zone's.
      endings.execute(served.balancer::close);
      keep(ports.without(zone));
    }
  }

  private void open(ZoneId zone) {
    Set<Integer> taken = new HashSet<>();
    Optional<Integer> port = ports.next(zone, _ -> true);
    while (port.isPresent()) {
      try {
        running.put(zone, new Served(Balancer.start(config.of(zone, port.get()))));
        unserved.remove(zone);
        keep(ports.with(zone, port.get()));
        LOG.info("zone {} is served at port {}", zone, port.get());
        return;
      } catch (ProxyException | AdminException used) {
        LOG.warn("port {} can't be had for zone {}: {}", port.get(), zone, used.getMessage());
        taken.add(port.get());
        ports = ports.without(zone);
        port = ports.next(zone, free -> !taken.contains(free));
      } catch (RuntimeException failed) {
        // Its own trouble, and no other zone's; it is tried again at the next look.
        LOG.error("zone {} can't be served at port {}", zone, port.get(), failed);
        return;
      }
    }
    if (unserved.add(zone)) {
      LOG.error("zone {} is not served: none of the ports {} is left", zone, config.ports());
    }
  }

  private void keep(ZonePorts next) {
    boolean other = !next.given().equals(ports.given());
    ports = next;
    if (other) {
      try {
        file.ifPresent(ports::write);
      } catch (UncheckedIOException unwritable) {
        LOG.warn(
            "which zone has which port can't be kept, and may be another one after a restart",
            unwritable);
      }
    }
  }

  private void announce(Served served) {
    Ticks now = MonotonicClock.SYSTEM.now();
    boolean known =
        served
            .balancer
            .toldAt()
            .filter(told -> now.since(told).compareTo(KNOWN_FOR) < 0)
            .isPresent();
    if (known) {
      served.pause = ANNOUNCE_MIN;
      return;
    }
    boolean due =
        served.announcedAt.filter(at -> now.since(at).compareTo(served.pause) < 0).isEmpty();
    if (due) {
      served.pause =
          served.announcedAt.isEmpty() ? ANNOUNCE_MIN : longer(served.pause.multipliedBy(2));
      served.announcedAt = Optional.of(now);
      served.balancer.announce(
          address(served.balancer.traffic().getPort()),
          address(served.balancer.adminAddress().getPort()));
    }
  }

  private static Duration longer(Duration pause) {
    return pause.compareTo(ANNOUNCE_MAX) < 0 ? pause : ANNOUNCE_MAX;
  }

  private URI address(int port) {
    return URI.create("http://%s:%d".formatted(config.advertised(), port));
  }

  /** The port of each zone that is served. */
  public synchronized SortedMap<ZoneId, Integer> served() {
    SortedMap<ZoneId, Integer> served = new TreeMap<>();
    running.forEach((zone, one) -> served.put(zone, one.balancer.traffic().getPort()));
    return Collections.unmodifiableSortedMap(served);
  }

  /**
   * Starts a zone's balancer again, at its port, and ends what is left of it.
   *
   * @return whether it serves that zone
   */
  public synchronized boolean startAgain(ZoneId zone) {
    Served served = running.remove(zone);
    if (closed || served == null) {
      return false;
    }
    served.balancer.close();
    open(zone);
    return running.containsKey(zone);
  }

  /** Opens the access logs' files anew. */
  public synchronized void reopenLogs() {
    running.values().forEach(served -> served.balancer.reopenLog());
  }

  /** How its loops do. */
  List<LoopState> loops() {
    return loops.states();
  }

  /** Takes no more requests, lets those under way finish within the grace, and closes. */
  @Override
  public void close() {
    Map<ZoneId, Served> left;
    synchronized (this) {
      closed = true;
      left = new HashMap<>(running);
      running.clear();
    }
    watch.close();
    left.values().forEach(served -> endings.execute(served.balancer::close));
    endings.close();
    loops.close();
  }
}
