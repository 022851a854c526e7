package io.sluice.provisioner;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.sluice.provisioner.api.ApiServer;
import io.sluice.provisioner.api.Decisions;
import io.sluice.provisioner.api.MonitorApi;
import io.sluice.provisioner.api.MonitorSelf;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.elector.HeartbeatReader;
import io.sluice.provisioner.elector.HeartbeatWriter;
import io.sluice.provisioner.elector.HttpPeerCalls;
import io.sluice.provisioner.elector.KafkaLeadershipTopic;
import io.sluice.provisioner.elector.LeaderElector;
import io.sluice.provisioner.elector.LeadershipTopic;
import io.sluice.provisioner.elector.Peers;
import io.sluice.provisioner.elector.Presence;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.history.HistoryConfig;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.leadership.FleetWatch;
import io.sluice.provisioner.leadership.JournalFollower;
import io.sluice.provisioner.leadership.KafkaJournalEvents;
import io.sluice.provisioner.leadership.KafkaLeaderLogs;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.LeadershipSettings;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.provisioner.leadership.SnapshotKeeping;
import io.sluice.provisioner.outside.LoadCollector;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.provisioner.sample.Sampler;
import io.sluice.provisioner.secret.KeyFile;
import io.sluice.provisioner.secret.SecretException;
import io.sluice.provisioner.secret.Vault;
import io.sluice.provisioner.snapshot.RedisSnapshots;
import io.sluice.provisioner.snapshot.Snapshots;
import io.sluice.provisioner.traffic.TrafficReader;
import io.sluice.provisioner.watch.BalancerPlace;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.provisioner.watch.BalancerWatch;
import io.sluice.provisioner.zones.RetirementMarks;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running monitor: one of several, of which one leads; it answers over HTTP whether or not it
 * does. Its servers outlive it.
 */
public final class Monitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

  private static final Duration LISTENER_TURN_MAX = Duration.ofMinutes(1);

  private final Leadership office;
  private final JournalFollower follower;
  private final LeaderElector council;
  private final Snapshots snapshots;
  private final Optional<LoadHistory> history;
  private final Loops loops;
  private final MonitorApi calls;
  private final ApiServer api;

  private Monitor(Parts parts, MonitorApi calls, ApiServer api) {
    this.office = parts.office();
    this.follower = parts.follower();
    this.council = parts.council();
    this.snapshots = parts.snapshots();
    this.history = parts.history();
    this.loops = parts.loops();
    this.calls = calls;
    this.api = api;
  }

  /** What a monitor is made of, before it listens. */
  private record Parts(
      KafkaSettings kafka,
      Snapshots snapshots,
      Leadership office,
      JournalFollower follower,
      LeaderElector council,
      Optional<LoadHistory> history,
      Loops loops,
      ServerFleet fleet) {
    static Parts of(
        MonitorConfig config,
        ServerFleet fleet,
        BalancerStarter balancers,
        TopologyShare topology) {
      Snapshots snapshots =
          config.redis().<Snapshots>map(RedisSnapshots::at).orElse(Snapshots.NONE);
      KafkaSettings kafka = kafkaSettings(config);
      Loops loops = new Loops(topology.halt());
      Electorate electorate = config.electorate(Incarnation.random(new SecureRandom()));
      LeadershipTopic signs = new KafkaLeadershipTopic(kafka);
      Leadership office =
          new Leadership(
              settings(config),
              new KafkaLeaderLogs(kafka, loops),
              Leadership.Means.of(fleet, snapshots, vault(config)),
              List.of(
                  new HeartbeatWriter(signs, electorate, config.url(), loops),
                  new FleetWatch(fleet),
                  new Sampler(fleet, () -> producer(kafka.sampleProducer()), loops),
                  watch(config, balancers, loops),
                  loads(config, loops),
                  new TrafficReader(() -> TrafficReader.consumer(kafka), loops),
                  new RetirementMarks(topology.topics(), loops),
                  new SnapshotKeeping(snapshots, config.timings().snapshotInterval(), loops)),
              loops);
      LeaderElector council =
          new LeaderElector(
              electorate,
              office,
              peers(config, loops),
              new LeaderElector.Signs(
                  new HeartbeatReader(signs, loops), new Presence(signs, electorate, loops)),
              loops);
      JournalFollower follower = new JournalFollower(kafka, snapshots, loops);
      Optional<LoadHistory> history = config.history().map(HistoryConfig::open);
      return new Parts(kafka, snapshots, office, follower, council, history, loops, fleet);
    }
  }

  /** The fleet that the configuration describes. */
  public static ServerFleet fleet(MonitorConfig config) {
    return config.fleet().open();
  }

  /**
   * Starts a monitor over a fleet that stays its owner's to close.
   *
   * @param balancers starts a zone's balancer again
   * @param decisions answers questions about decisions
   * @param topology the share of the topology beside it
   * @throws IOException if nobody can listen where it is to
   */
  public static Monitor start(
      MonitorConfig config,
      ServerFleet fleet,
      BalancerStarter balancers,
      Decisions decisions,
      TopologyShare topology)
      throws IOException {
    if (!config.tokens().split()) {
      LOG.warn(
          "monitor {}: operators, monitors and balancers have one token in common: whoever takes over"
              + " a balancer can change everything; tokens.operator, tokens.peer and"
              + " tokens.balancer split it",
          config.id());
    }
    Parts parts = Parts.of(config, fleet, balancers, topology);
    MonitorApi calls =
        new MonitorApi(
            MonitorSelf.among(config.id(), config.url(), config.peers(), topology::decides),
            parts.office(),
            parts.follower()::state,
            parts.council(),
            decisions,
            new KafkaJournalEvents(parts.kafka()),
            parts.history(),
            config.tokens(),
            topology.topics(),
            fleet);
    try {
      ApiServer api = ApiServer.open(config.host(), config.port(), calls, health(parts, topology));
      var _ = parts.loops().halting("api", LISTENER_TURN_MAX, api::watch);
      parts.follower().start();
      parts.council().start();
      return new Monitor(parts, calls, api);
    } catch (IOException failed) {
      calls.close();
      parts.snapshots().close();
      parts.history().ifPresent(LoadHistory::close);
      throw failed;
    }
  }

  /** Keys that can't be used are no reason not to run: what needs none of them goes on. */
  private static Vault vault(MonitorConfig config) {
    if (config.secretKeys().isEmpty()) {
      return Vault.NONE;
    }
    KeyFile keys = new KeyFile(config.secretKeys().get());
    try {
      keys.require();
    } catch (SecretException unusable) {
      LOG.warn("{}; until then servers that get secrets can't be started", unusable.getMessage());
    }
    return keys;
  }

  private static KafkaSettings kafkaSettings(MonitorConfig config) {
    return new KafkaSettings(
        config.kafka(),
        KafkaSettings.NAME_DEFAULT,
        config.id(),
        config.timings().transactionTimeout());
  }

  private static Peers peers(MonitorConfig config, Loops loops) {
    return new Peers(
        new HttpPeerCalls(
            config.id(),
            config.peers(),
            config.tokens().peer(),
            config.election().timings().answerTimeout()),
        loops.threads());
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static LeadershipSettings settings(MonitorConfig config) {
    return new LeadershipSettings(
        config.id(),
        config.url(),
        config.zones().stream()
            .map(zone -> new TermStart.Declaration(zone.zone(), zone.policy(), zone.template()))
            .toList(),
        config.fleet().takesRequested(),
        Map.of(ServerSpec.BOOTSTRAP, config.kafka().bootstrap()),
        config.timings().transactionTimeout(),
        config.timings().stopGrace(),
        config.timings().listInterval());
  }

  private static BalancerWatch watch(MonitorConfig config, BalancerStarter balancers, Loops loops) {
    return new BalancerWatch(
        config.zones().stream()
            .map(zone -> new BalancerPlace(zone.zone(), zone.balancer(), zone.balancerAdmin()))
            .toList(),
        config.url(),
        config.tokens().balancer(),
        config.timings().balancerInterval(),
        balancers,
        loops);
  }

  private static LoadCollector loads(MonitorConfig config, Loops loops) {
    return new LoadCollector(
        config.zones().stream().collect(Collectors.toMap(ZoneConfig::zone, ZoneConfig::loads)),
        config.kafka(),
        loops);
  }

  private static List<HealthCheck> health(Parts parts, TopologyShare topology) {
    return List.of(
        check("office", () -> office(parts)),
        check("identity", () -> identity(parts)),
        check(
            "topology",
            () -> {
              TopologyHealth health = topology.health();
              return HealthCheckResponse.builder()
                  .detail("state", health.state())
                  .status(health.up())
                  .build();
            }),
        check("zones", () -> zones(parts.office().state())),
        check("journal", () -> journal(parts)),
        check("loops", () -> loops(parts)),
        // Without either of them everything goes on: warnings, not outages.
        check("redis", () -> warned(parts.snapshots().trouble())),
        check("sink", () -> warned(topology.sinkTrouble())));
  }

  private static HealthCheckResponse warned(Optional<String> trouble) {
    HealthCheckResponse.Builder answer = HealthCheckResponse.builder().status(true);
    trouble.ifPresent(warning -> answer.detail("warning", warning));
    return answer.build();
  }

  /** A follower is as healthy as a leader; a monitor that knows no leader is not. */
  private static HealthCheckResponse office(Parts parts) {
    LeadershipState state = parts.office().state();
    LeaderElector.Standing standing = parts.council().standing();
    HealthCheckResponse.Builder answer =
        HealthCheckResponse.builder()
            .detail("leads", state.leads())
            .detail("phase", standing.phase())
            .detail("kafka", standing.kafka())
            .status(standing.kafka() && standing.leader().isPresent());
    standing.leader().ifPresent(leader -> answer.detail("leader", leader.value()));
    if (parts.council().trouble().isPresent()) {
      answer.detail("trouble", parts.council().trouble().get());
    } else if (standing.leader().isEmpty()) {
      state.trouble().ifPresent(trouble -> answer.detail("trouble", trouble));
    }
    state.term().ifPresent(epoch -> answer.detail("epoch", epoch.value()));
    return answer.build();
  }

  /** Two processes with one id would only take office from each other. */
  private static HealthCheckResponse identity(Parts parts) {
    Optional<String> clash = parts.council().clash();
    HealthCheckResponse.Builder answer =
        HealthCheckResponse.builder()
            .detail("incarnation", parts.council().standing().incarnation().value())
            .status(clash.isEmpty());
    clash.ifPresent(what -> answer.detail("trouble", what));
    return answer.build();
  }

  /** The leader speaks for all of them. */
  private static HealthCheckResponse zones(LeadershipState state) {
    Optional<String> trouble =
        state.leads() ? ZonesHealth.trouble(state.fleet(), Instant.now()) : Optional.empty();
    HealthCheckResponse.Builder answer = HealthCheckResponse.builder().status(trouble.isEmpty());
    trouble.ifPresent(warning -> answer.detail("warning", warning));
    return answer.build();
  }

  /** A leader knows the journal by itself; a monitor that does neither answers with what is old. */
  private static HealthCheckResponse journal(Parts parts) {
    Optional<String> trouble =
        parts.office().state().leads() ? Optional.empty() : parts.follower().trouble();
    HealthCheckResponse.Builder answer = HealthCheckResponse.builder().status(trouble.isEmpty());
    trouble.ifPresent(warning -> answer.detail("trouble", warning));
    return answer.build();
  }

  /** Each that runs, and when it last turned. */
  private static HealthCheckResponse loops(Parts parts) {
    List<LoopState> states =
        Stream.concat(parts.loops().states().stream(), parts.fleet().loops().stream()).toList();
    HealthCheckResponse.Builder answer =
        HealthCheckResponse.builder().status(states.stream().allMatch(LoopState::up));
    states.forEach(loop -> answer.detail(loop.name(), loop.describe()));
    return answer.build();
  }

  private static HealthCheck check(String name, Supplier<HealthCheckResponse> answer) {
    return new HealthCheck() {
      @Override
      public HealthCheckType type() {
        return HealthCheckType.READINESS;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public HealthCheckResponse call() {
        return answer.get();
      }
    };
  }

  /** What it knows, and whether it leads. */
  public LeadershipState state() {
    LeadershipState own = office.state();
    return own.leads() ? own : follower.state();
  }

  /** Its place among the monitors. */
  public LeaderElector.Standing standing() {
    return council.standing();
  }

  /** Completes with why it must not run: another process has its id. It has to be closed then. */
  public CompletionStage<String> refusal() {
    return council.refusal();
  }

  /** The port at which it answers. */
  public int port() {
    return api.port();
  }

  /** Leaves office in order and stops answering; the servers go on running. */
  @Override
  public void close() {
    council.close();
    // First, so that nobody who watches holds the server up.
    calls.close();
    api.close();
    follower.close();
    loops.close();
    snapshots.close();
    history.ifPresent(LoadHistory::close);
  }
}
