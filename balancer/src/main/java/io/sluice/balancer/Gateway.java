package io.sluice.balancer;

import io.sluice.balancer.admin.ZoneStatus;
import io.sluice.balancer.handover.Predecessor;
import io.sluice.balancer.handover.StandingOrders;
import io.sluice.balancer.membership.MemberCopy;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.Pools;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.Latencies;
import io.sluice.balancer.proxy.Observations;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.balancer.proxy.ZoneTraffic;
import io.sluice.balancer.report.DemandReports;
import io.sluice.balancer.report.Journal;
import io.sluice.balancer.report.KafkaJournal;
import io.sluice.balancer.report.LoadReports;
import io.sluice.balancer.report.LoggedJournal;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: one address in front of all zones. It has its own view of every server, but
 * judges none: what it finds out about servers stays here, since only its zone's balancer reports a
 * server to the journal. All that it records is that requests wait while no zone has a server, so
 * that the home zone is woken.
 */
public final class Gateway implements AutoCloseable {
  private static final ZoneTraffic NO_TRAFFIC = new ZoneTraffic(0, 0, Map.of());
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final Reloading<GatewayConfig> reloading;
  private final Loops loops =
      new Loops((loop, cause) -> LOG.error("{} of the gateway ended", loop, cause));
  private final Journal unreadable = new LoggedJournal();
  private final Journal journal;
  private final DemandReports demand;
  private final LoadReports loads;
  private final GatewayZones zones;
  private final Front front;
  private final Optional<ZoneWatch> watch;

  private Gateway(GatewayConfig config, Optional<Predecessor> predecessor) {
    this.reloading = new Reloading<>(config, GatewayConfig.FIXED, this::become);
    this.journal =
        new KafkaJournal(
            "/gateways/" + config.name(),
            () -> KafkaClients.producer(config.kafka(), config.name().value()),
            () -> KafkaClients.figures(config.kafka(), config.name() + "-figures"),
            loops);
    this.zones = new GatewayZones(this::part);
    this.demand =
        DemandReports.of(config.spill().home(), journal, this::knownEmpty, () -> 0, this::waiting);
    this.loads =
        new LoadReports(
            new Reporter("/gateways/" + config.name(), UUID.randomUUID().toString()),
            this::counted,
            journal,
            System::nanoTime);
    Front.Behind behind =
        new Front.Behind(
            zones::routing,
            new Findings(),
            Optional.of(config.spill()),
            new GatewayOperations(this),
            () -> StandingOrders.NONE);
    try {
      this.front = new Front(config.front(), behind, predecessor, this::stopFollowing);
      demand.begin();
    } catch (RuntimeException failed) {
      journal.close();
      throw failed;
    }
    this.watch = config.zones().isEmpty() ? Optional.of(watch(copies())) : Optional.empty();
  }

  /**
   * Starts a gateway: when this returns, both ports are open; requests wait until a zone is known.
   *
   * @throws io.sluice.balancer.proxy.ProxyException if the port for traffic is taken
   * @throws io.sluice.balancer.admin.AdminException if the port for orders is taken
   */
  public static Gateway start(GatewayConfig config) {
    return start(config, Optional.empty());
  }

  /**
   * Starts a gateway in the place of the one that runs, without a moment in which nobody serves;
   * where none runs, it just starts. When this returns, requests come here.
   *
   * @throws io.sluice.balancer.handover.HandOverException if the one that runs does not hand over,
   *     or the servers can't be known; that one then serves as before
   */
  public static Gateway takeOver(GatewayConfig config) {
    Optional<Predecessor> predecessor = Front.predecessor(config.front());
    try {
      return start(config, predecessor);
    } catch (RuntimeException failed) {
      predecessor.ifPresent(Predecessor::close);
      throw failed;
    }
  }

  private static Gateway start(GatewayConfig config, Optional<Predecessor> predecessor) {
    Gateway gateway = new Gateway(config, predecessor);
    try {
      gateway.begin();
    } catch (RuntimeException failed) {
      gateway.close();
      throw failed;
    }
    return gateway;
  }

  private ZoneWatch watch(SortedSet<ZoneId> first) {
    return new ZoneWatch(
        first,
        () -> KafkaClients.consumer(config().kafka(), config().name() + "-zones"),
        config().lookEvery(),
        zones::become,
        loops);
  }

  private SortedSet<ZoneId> copies() {
    return config().directory().map(MemberCopy::zonesIn).orElseGet(TreeSet::new);
  }

  private ZonePart part(ZoneId zone) {
    GatewayConfig.Health health = config().health();
    Pools rules = new Pools(health.timings(), health.thresholds());
    ZonePart part = new ZonePart(zone, rules, health.check(), new Surroundings(), loops);
    part.follow(config().kafka(), config().name() + "-" + zone, config().directory(), unreadable);
    LOG.info("{} serves {}", config().name(), zone);
    return part;
  }

  private void begin() {
    zones.become(config().zones().isEmpty() ? copies() : config().zones());
    watch.ifPresent(ZoneWatch::start);
    front.begin(this::awaitKnown);
    loads.start(loops);
    LOG.info(
        "{}: home {}, traffic {}, admin {}",
        config().name(),
        config().spill().home(),
        traffic(),
        adminAddress());
  }

  /** What was counted of each zone; requests without a server are the home zone's. */
  private SortedMap<ZoneId, LoadReports.Counted> counted() {
    Proxy proxy = front.proxy();
    SortedMap<ServerId, Latencies> latencies = proxy.latenciesByServer();
    SortedMap<ZoneId, ZoneTraffic> traffic = proxy.zones();
    SortedMap<ZoneId, LoadReports.Counted> counted = new TreeMap<>();
    zones
        .all()
        .forEach((zone, part) -> {
          boolean home = zone.equals(config().spill().home());
          long asked = asked(traffic.getOrDefault(zone, NO_TRAFFIC));
          CountedZone.Waits waits = home ? CountedZone.Waits.of(proxy) : CountedZone.Waits.NONE;
          counted.put(zone, CountedZone.of(part, proxy, latencies, asked, waits));
        });
    return counted;
  }

  /** Grows with each request that goes there, also with one that failed elsewhere first. */
  private static long asked(ZoneTraffic seen) {
    return seen.requests() + seen.spillOvers().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether all zones are known, and none has a server. */
  private boolean knownEmpty() {
    return watch.map(ZoneWatch::looked).orElse(true)
        && !parts().isEmpty()
        && parts().stream().allMatch(ZonePart::knownEmpty);
  }

  private int waiting() {
    return front.proxy().waiting();
  }

  /** Waits for all zones; those whose topic can't be read in time may live on a copy. */
  private boolean awaitKnown(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    watch.ifPresent(looking -> looking.awaitLook(atMost));
    return !parts().isEmpty()
        && parts().stream()
            .allMatch(
                part -> part.awaitKnown(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
  }

  private void stopFollowing() {
    watch.ifPresent(ZoneWatch::close);
    zones.stopFollowing();
  }

  /** Completes when a successor took over and the last connection has ended here. */
  public CompletableFuture<Void> handedOver() {
    return front.left();
  }

  /** Opens the access log's file anew, which may have been moved away. */
  public void reopenLog() {
    front.proxy().reopenLog();
  }

  /** From now on {@link #reload} reads the configuration there. */
  public void reloadsFrom(Supplier<GatewayConfig> reading) {
    reloading.from(reading);
  }

  /**
   * Looks at its log, certificates and pages at once, and, if it is known where, reads its
   * configuration anew.
   *
   * @return what changed, by its keys
   * @throws io.sluice.schemas.config.ConfigException with everything that is wrong with it; then
   *     nothing has changed
   */
  public List<String> reload() {
    return reloading.reload();
  }

  private List<String> become(GatewayConfig before, GatewayConfig next) {
    List<String> changed = new ArrayList<>(front.become(next.front()));
    if (!before.health().equals(next.health())) {
      Pools rules = new Pools(next.health().timings(), next.health().thresholds());
      parts().forEach(part -> part.become(rules, next.health().check()));
      changed.add("pools");
    }
    return changed;
  }

  /** Where requests are taken, with the port that was really taken. */
  public InetSocketAddress traffic() {
    return front.proxy().address();
  }

  /** Where orders are taken, with the port that was really taken. */
  public InetSocketAddress adminAddress() {
    return front.adminAddress();
  }

  /** What was counted since the start. */
  public Map<Count, Long> counts() {
    return front.proxy().counts();
  }

  /** What is known of each zone. */
  public List<ZoneStatus> zones() {
    SortedMap<ZoneId, ZoneTraffic> traffic = front.proxy().zones();
    return zones.all().entrySet().stream()
        .map(entry ->
            entry
                .getValue()
                .status(
                    entry.getKey().equals(config().spill().home()),
                    traffic(traffic.getOrDefault(entry.getKey(), NO_TRAFFIC))))
        .toList();
  }

  /** What is known of its loops. */
  List<LoopState> loops() {
    return Stream.concat(loops.states().stream(), proxy().loopStates().stream()).toList();
  }

  GatewayConfig config() {
    return reloading.present();
  }

  /** The latest snapshot, of all zones. */
  Routing routing() {
    return zones.routing();
  }

  Proxy proxy() {
    return front.proxy();
  }

  /** Each zone's part. */
  List<ZonePart> parts() {
    return List.copyOf(zones.all().values());
  }

  private static ZoneStatus.Traffic traffic(ZoneTraffic seen) {
    TreeMap<String, Long> spillOvers = new TreeMap<>();
    seen.spillOvers().forEach((reason, count) -> spillOvers.put(reason.word(), count));
    return new ZoneStatus.Traffic(seen.inFlight(), seen.requests(), spillOvers);
  }

  /** Takes no more requests, lets those under way finish within the grace, and closes. */
  @Override
  public void close() {
    stopFollowing();
    front.close();
    loads.close();
    zones.close();
    journal.close();
    loops.close();
    LOG.info("{} closed", config().name());
  }

  /** What a zone's part has to do with: nothing is recorded or reported from here. */
  private final class Surroundings implements ZonePart.Outside {
    @Override
    public Proxy proxy() {
      return front.proxy();
    }

    @Override
    public void published() {
      zones.publish();
    }
  }

  /** What the data path finds out about servers. */
  private final class Findings implements Observations {
    @Override
    public void unreachable(ServerId server, String error) {
      zones.of(server).ifPresent(part -> part.offer(new PoolInput.Unreachable(server, error)));
    }

    @Override
    public void broke(ServerId server, String error) {
      zones.of(server).ifPresent(part -> part.offer(new PoolInput.Broke(server, error)));
    }

    @Override
    public void silent(ServerId server) {
      zones.of(server).ifPresent(part -> part.offer(new PoolInput.Silent(server)));
    }

    @Override
    public void failing(ServerId server, String error) {
      zones.of(server).ifPresent(part -> part.offer(new PoolInput.Failing(server, error)));
    }

    @Override
    public void held() {
      demand.held();
    }
  }
}
