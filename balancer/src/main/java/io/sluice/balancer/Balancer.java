package io.sluice.balancer;

import io.sluice.balancer.admin.AdminServer;
import io.sluice.balancer.admin.Operations;
import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.membership.MemberCopy;
import io.sluice.balancer.membership.MembershipReader;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.PoolOutput;
import io.sluice.balancer.pool.Pools;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.balancer.report.Journal;
import io.sluice.balancer.report.KafkaJournal;
import io.sluice.balancer.report.LoggedJournal;
import io.sluice.balancer.report.MonitorReports;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running balancer of one zone. */
public final class Balancer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

  private final BalancerConfig config;
  private final HttpClient http;
  private final Journal journal;
  private final MonitorReports reports;
  private final HealthChecks checks;
  private final PoolsLoop pools;
  private final StaticServers staticServers;
  private final Proxy proxy;
  private final AdminServer admin;
  private final Optional<MembershipReader> membership;
  private final AtomicReference<Optional<URI>> monitor = new AtomicReference<>(Optional.empty());

  private Balancer(BalancerConfig config, Journal journal) {
    this.config = config;
    this.journal = journal;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.checkTimeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    this.reports = new MonitorReports(http, config.token());
    this.pools = new PoolsLoop(new Pools(config.pools()), this::perform);
    this.checks = new HealthChecks(http, config.checkTimeout(), pools::offer);
    this.staticServers = new StaticServers(config.zone(), pools::offer);
    this.proxy =
        new Proxy(
            config.traffic(),
            pools::routing,
            (server, error) -> pools.offer(new PoolInput.Unreachable(server, error)));
    this.membership = config.staticServers() ? Optional.empty() : config.kafka().map(this::reader);
    this.admin = admin();
  }

  /**
   * Starts a balancer: when this returns, both ports are open, and the servers of a static one take
   * requests.
   *
   * @throws io.sluice.balancer.proxy.ProxyException if the port for traffic is taken
   * @throws io.sluice.balancer.admin.AdminException if the port for orders is taken
   */
  public static Balancer start(BalancerConfig config) {
    String source = "/balancers/" + config.zone();
    String clientId = "balancer-" + config.zone();
    Journal journal =
        config
            .kafka()
            .<Journal>map(
                kafka -> new KafkaJournal(source, () -> KafkaClients.producer(kafka, clientId)))
            .orElseGet(LoggedJournal::new);
    return start(config, journal);
  }

  /** Starts a balancer that writes its facts there; closes the journal when it closes or fails. */
  public static Balancer start(BalancerConfig config, Journal journal) {
    Balancer balancer;
    try {
      balancer = new Balancer(config, journal);
    } catch (RuntimeException failed) {
      journal.close();
      throw failed;
    }
    balancer.begin();
    return balancer;
  }

  private AdminServer admin() {
    try {
      return new AdminServer(
          new InetSocketAddress(config.adminHost(), config.adminPort()),
          config.token(),
          new AdminOperations());
    } catch (RuntimeException failed) {
      proxy.close();
      http.close();
      throw failed;
    }
  }

  private MembershipReader reader(KafkaAccess kafka) {
    String clientId = "balancer-" + config.zone();
    return new MembershipReader(
        config.zone(),
        () -> KafkaClients.consumer(kafka, clientId),
        config.directory().map(directory -> new MemberCopy(directory, config.zone())),
        journal,
        pools::offer);
  }

  private void begin() {
    staticServers.change(config.servers(), List.of(), Instant.now());
    pools.start();
    pools.settle();
    membership.ifPresent(MembershipReader::start);
    LOG.info("balancer of {}: traffic {}, admin {}", config.zone(), traffic(), adminAddress());
  }

  private void perform(PoolOutput output) {
    switch (output) {
      case PoolOutput.Publish _ -> {}
      case PoolOutput.StartCheck(Target target, long ticket) -> checks.start(target, ticket);
      case PoolOutput.WatchDrain(Target target, long watch) ->
          proxy.drain(target, () -> pools.offer(new PoolInput.Drained(target.server(), watch)));
      case PoolOutput.Forget(Target target) -> proxy.forget(target);
      case PoolOutput.RecordDrained(var server) ->
          journal.record(new ServerDrained(config.zone(), Instant.now(), server));
      case PoolOutput.RecordDead(var server, String error) ->
          journal.record(new ServerReported(config.zone(), Instant.now(), server, error));
      case PoolOutput.TellMonitor(List<URI> dead) ->
          monitor.get().ifPresent(primary -> reports.send(primary, dead));
    }
  }

  /** Where requests are taken, with the port that was really taken. */
  public InetSocketAddress traffic() {
    return proxy.address();
  }

  /** Where orders are taken, with the port that was really taken. */
  public InetSocketAddress adminAddress() {
    return admin.address();
  }

  /** What was counted since the start. */
  public Map<Count, Long> counts() {
    return proxy.counts();
  }

  /** The servers in their pools. */
  public PoolsView pools() {
    return PoolsViews.of(pools.state(), proxy);
  }

  /** Takes no more requests, lets those under way finish within the grace, and closes. */
  @Override
  public void close() {
    membership.ifPresent(MembershipReader::close);
    proxy.close(config.closeGrace());
    admin.close();
    pools.close();
    journal.close();
    http.shutdownNow();
    LOG.info("balancer of {} closed", config.zone());
  }

  /** What the admin port may ask and order. */
  private final class AdminOperations implements Operations {
    @Override
    public List<URI> alive() {
      return pools.routing().alive().stream().map(Target::address).toList();
    }

    @Override
    public boolean staticServers() {
      return config.staticServers();
    }

    @Override
    public List<URI> change(List<URI> adds, List<URI> deletes) {
      List<URI> servers = staticServers.change(adds, deletes, Instant.now());
      pools.settle();
      return servers;
    }

    @Override
    public Optional<URI> monitor() {
      return monitor.get();
    }

    @Override
    public void monitor(URI primary) {
      monitor.set(Optional.of(primary));
      pools.offer(new PoolInput.MonitorKnown());
    }

    @Override
    public PoolsView pools() {
      return Balancer.this.pools();
    }

    @Override
    public String metrics() {
      return new BalancerMetrics(config.zone(), proxy).text(pools());
    }
  }
}
