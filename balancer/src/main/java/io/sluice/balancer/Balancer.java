package io.sluice.balancer;

import io.sluice.balancer.admin.Operations;
import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.admin.ZoneStatus;
import io.sluice.balancer.handover.Predecessor;
import io.sluice.balancer.handover.StandingOrders;
import io.sluice.balancer.membership.MembershipState;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.Pools;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.Observations;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.balancer.report.DemandReports;
import io.sluice.balancer.report.Journal;
import io.sluice.balancer.report.KafkaJournal;
import io.sluice.balancer.report.LoadReports;
import io.sluice.balancer.report.LoggedJournal;
import io.sluice.balancer.report.MonitorReports;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running balancer of one zone. */
public final class Balancer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

  private final Reloading<BalancerConfig> config;
  private final Journal journal;
  private final Loops loops;
  private final Map<ServerId, FleetEvent> held = new ConcurrentHashMap<>();
  private final MonitorReports reports;
  private final ZonePart zone;
  private final DemandReports demand;
  private final LoadReports loads;
  private final Front front;
  private final AtomicReference<Optional<Ticks>> told = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<URI>> monitor = new AtomicReference<>(Optional.empty());

  private Balancer(
      BalancerConfig config, Journal journal, Optional<Predecessor> predecessor, Loops loops) {
    this.config = new Reloading<>(config, BalancerConfig.FIXED, this::become);
    this.loops = loops;
    this.journal = journal;
    this.reports = new MonitorReports(config.token());
    Pools rules = new Pools(config.pools(), config.thresholds());
    this.zone = new ZonePart(config.zone(), rules, config.check(), new Surroundings(), loops);
    this.demand =
        DemandReports.of(config.zone(), journal, zone::knownEmpty, this::full, this::waiting);
    this.loads =
        new LoadReports(
            new Reporter("/balancers/" + config.zone(), UUID.randomUUID().toString()),
            this::counted,
            journal,
            System::nanoTime);
    Front.Behind behind =
        new Front.Behind(
            zone::routing,
            new Findings(),
            Optional.empty(),
            new AdminOperations(),
            this::standingOrders);
    try {
      this.front = new Front(config.front(), behind, predecessor, zone::stopFollowing);
      demand.begin();
    } catch (RuntimeException failed) {
      reports.close();
      throw failed;
    }
  }

  /**
   * Starts a balancer: when this returns, both ports are open, and the servers of a static one take
   * requests.
   *
   * @throws io.sluice.balancer.proxy.ProxyException if the port for traffic is taken
   * @throws io.sluice.balancer.admin.AdminException if the port for orders is taken
   */
  public static Balancer start(BalancerConfig config) {
    Loops loops = loops();
    return start(config, journal(config, loops), Optional.empty(), loops);
  }

  /**
   * Starts a balancer in the place of the one that runs, without a moment in which nobody serves;
   * where none runs, it just starts. When this returns, requests come here.
   *
   * @throws io.sluice.balancer.handover.HandOverException if the one that runs does not hand over,
   *     or the servers can't be known; that one then serves as before
   */
  public static Balancer takeOver(BalancerConfig config) {
    Optional<Predecessor> predecessor = Front.predecessor(config.front());
    try {
      Loops loops = loops();
      return start(config, journal(config, loops), predecessor, loops);
    } catch (RuntimeException failed) {
      predecessor.ifPresent(Predecessor::close);
      throw failed;
    }
  }

  /** All of a balancer's loops may be started again. */
  private static Loops loops() {
    return new Loops((loop, cause) -> LOG.error("{} of the balancer ended", loop, cause));
  }

  private static Journal journal(BalancerConfig config, Loops loops) {
    String source = "/balancers/" + config.zone();
    String clientId = "balancer-" + config.zone();
    Journal journal =
        config
            .kafka()
            .<Journal>map(kafka ->
                new KafkaJournal(
                    source,
                    () -> KafkaClients.producer(kafka, clientId),
                    () -> KafkaClients.figures(kafka, clientId + "-figures"),
                    loops))
            .orElseGet(LoggedJournal::new);
    return journal;
  }

  /** Starts a balancer that writes its facts there; closes the journal when it closes or fails. */
  public static Balancer start(BalancerConfig config, Journal journal) {
    return start(config, journal, Optional.empty(), loops());
  }

  private static Balancer start(
      BalancerConfig config, Journal journal, Optional<Predecessor> predecessor, Loops loops) {
    Balancer balancer;
    try {
      balancer = new Balancer(config, journal, predecessor, loops);
    } catch (RuntimeException failed) {
      journal.close();
      throw failed;
    }
    try {
      balancer.begin();
    } catch (RuntimeException failed) {
      balancer.close();
      throw failed;
    }
    return balancer;
  }

  private void begin() {
    if (!config.present().staticServers()) {
      String clientId = "balancer-" + config.present().zone();
      config
          .present()
          .kafka()
          .ifPresent(kafka -> zone.follow(kafka, clientId, config.present().directory(), journal));
    }
    zone.start();
    if (config.present().staticServers()) {
      var _ = zone.change(config.present().servers(), List.of());
    }
    front.begin(zone::awaitKnown);
    loads.start(loops);
    LOG.info(
        "balancer of {}: traffic {}, admin {}", config.present().zone(), traffic(), adminAddress());
  }

  private SortedMap<ZoneId, LoadReports.Counted> counted() {
    Proxy proxy = front.proxy();
    long asked = counts().getOrDefault(Count.REQUESTS, 0L);
    return new TreeMap<>(
        Map.of(
            config.present().zone(),
            CountedZone.of(
                zone, proxy, proxy.latenciesByServer(), asked, CountedZone.Waits.of(proxy))));
  }

  /** In what the servers by hand differ from those of the configuration. */
  private StandingOrders standingOrders() {
    BalancerConfig present = config.present();
    List<URI> configured = present.staticServers() ? present.servers() : List.of();
    List<URI> added = new ArrayList<>(zone.change(List.of(), List.of()));
    List<URI> removed = new ArrayList<>(configured);
    removed.removeAll(added);
    added.removeAll(configured);
    return new StandingOrders(Optional.empty(), added, removed);
  }

  /** How many servers have as many requests as they may, while any waits. */
  private int full() {
    boolean limited = config.present().front().traffic().balancing().perServerMax() > 0;
    return limited ? zone.routing().alive().size() : 0;
  }

  private int waiting() {
    return front.proxy().waiting();
  }

  /** Opens the access log's file anew, which may have been moved away. */
  public void reopenLog() {
    front.proxy().reopenLog();
  }

  /** From now on {@link #reload} reads the configuration there. */
  public void reloadsFrom(Supplier<BalancerConfig> reading) {
    config.from(reading);
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
    return config.reload();
  }

  private List<String> become(BalancerConfig before, BalancerConfig next) {
    List<String> changed = new ArrayList<>(front.become(next.front()));
    if (!BalancerConfig.judging(before).equals(BalancerConfig.judging(next))) {
      zone.become(new Pools(next.pools(), next.thresholds()), next.check());
      changed.add("pools");
    }
    reports.become(next.token());
    if (!before.servers().equals(next.servers())) {
      List<URI> gone = new ArrayList<>(before.servers());
      gone.removeAll(next.servers());
      var _ = zone.change(next.servers(), gone);
      changed.add("servers");
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

  /** Completes when a successor took over and the last connection has ended here. */
  public CompletableFuture<Void> handedOver() {
    return front.left();
  }

  /** What was counted since the start. */
  public Map<Count, Long> counts() {
    return front.proxy().counts();
  }

  /** When a leader last told that it leads, which it does every now and then; empty: never yet. */
  Optional<Ticks> toldAt() {
    return told.get();
  }

  /**
   * Tells the journal where this balancer is.
   *
   * @param address where it takes requests, for others
   * @param orders where it takes orders, for others
   */
  void announce(URI address, URI orders) {
    journal.record(new BalancerStarted(config.present().zone(), Instant.now(), address, orders));
  }

  /** The servers in their pools. */
  public PoolsView pools() {
    return PoolsViews.of(List.of(zone.state()), front.proxy());
  }

  /** Takes no more requests, lets those under way finish within the grace, and closes. */
  @Override
  public void close() {
    zone.stopFollowing();
    front.close();
    loads.close();
    zone.close();
    journal.close();
    loops.close();
    reports.close();
    LOG.info("balancer of {} closed", config.present().zone());
  }

  /** What the zone's part has to do with: facts are this balancer's to record. */
  private final class Surroundings implements ZonePart.Outside {
    @Override
    public Proxy proxy() {
      return front.proxy();
    }

    @Override
    public void drained(ServerId server) {
      // As long as a predecessor has connections, it may have requests under way to the server.
      front.whenAlone(() ->
          recordOnceKnown(
              new ServerDrained(config.present().zone(), Instant.now(), server), server));
    }

    @Override
    public void dead(ServerId server, String error) {
      // Once it is known again which servers there are, those that are there are judged anew.
      if (zone.membership().fresh()) {
        record(new ServerReported(config.present().zone(), Instant.now(), server, error));
      }
    }

    @Override
    public void known() {
      held.forEach((server, fact) -> {
        if (held.remove(server, fact) && zone.state().servers().containsKey(server)) {
          record(fact);
        }
      });
    }

    /** A journal that was restored must not hear of servers that it never knew. */
    private void recordOnceKnown(FleetEvent fact, ServerId server) {
      if (zone.membership().fresh()) {
        record(fact);
      } else {
        held.put(server, fact);
      }
    }

    private void record(FleetEvent fact) {
      if (!front.leaving()) {
        journal.record(fact);
      }
    }

    @Override
    public void report(List<URI> dead) {
      monitor.get().ifPresent(primary -> reports.send(primary, dead));
    }
  }

  /** What the data path finds out about servers. */
  private final class Findings implements Observations {
    @Override
    public void unreachable(ServerId server, String error) {
      zone.offer(new PoolInput.Unreachable(server, error));
    }

    @Override
    public void broke(ServerId server, String error) {
      zone.offer(new PoolInput.Broke(server, error));
    }

    @Override
    public void silent(ServerId server) {
      zone.offer(new PoolInput.Silent(server));
    }

    @Override
    public void failing(ServerId server, String error) {
      zone.offer(new PoolInput.Failing(server, error));
    }

    @Override
    public void held() {
      demand.held();
    }
  }

  /** What the admin port may ask and order. */
  private final class AdminOperations implements Operations {
    @Override
    public List<URI> alive() {
      return zone.routing().alive().stream().map(Target::address).toList();
    }

    @Override
    public boolean staticServers() {
      return config.present().staticServers();
    }

    @Override
    public List<URI> change(List<URI> adds, List<URI> deletes) {
      return zone.change(adds, deletes);
    }

    @Override
    public Optional<URI> monitor() {
      return monitor.get();
    }

    @Override
    public void monitor(URI primary) {
      monitor.set(Optional.of(primary));
      told.set(Optional.of(MonotonicClock.SYSTEM.now()));
      zone.offer(new PoolInput.MonitorKnown());
    }

    @Override
    public PoolsView pools() {
      return Balancer.this.pools();
    }

    @Override
    public List<ZoneStatus> zones() {
      Map<Count, Long> counts = counts();
      return List.of(
          zone.status(
              true,
              new ZoneStatus.Traffic(
                  zone.state().servers().keySet().stream()
                      .mapToLong(server -> front.proxy().inFlight(server))
                      .sum(),
                  counts.getOrDefault(Count.REQUESTS, 0L),
                  new TreeMap<>())));
    }

    @Override
    public MembershipState membership() {
      return zone.membership();
    }

    @Override
    public List<LoopState> loops() {
      return Stream.concat(loops.states().stream(), front.proxy().loopStates().stream()).toList();
    }

    @Override
    public List<String> reload() {
      return Balancer.this.reload();
    }

    @Override
    public boolean maintenance() {
      return front.proxy().maintenance();
    }

    @Override
    public void maintenance(boolean on) {
      front.proxy().maintenance(on);
    }

    @Override
    public String metrics() {
      return new BalancerMetrics("zone", config.present().zone().value(), front.proxy())
          .text(pools(), membership());
    }
  }
}
