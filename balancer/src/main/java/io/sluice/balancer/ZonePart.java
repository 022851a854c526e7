package io.sluice.balancer;

import io.sluice.balancer.admin.ZoneStatus;
import io.sluice.balancer.membership.MemberCopy;
import io.sluice.balancer.membership.MembershipReader;
import io.sluice.balancer.membership.MembershipState;
import io.sluice.balancer.pool.Phase;
import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.PoolOutput;
import io.sluice.balancer.pool.PoolState;
import io.sluice.balancer.pool.Pools;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.balancer.report.Journal;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.Loops;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One zone as it is served from here: its servers in their pools, and who says which there are. */
final class ZonePart implements AutoCloseable {
  /** What a zone's part has to do with. */
  interface Outside {
    /** The data path that serves it. */
    Proxy proxy();

    /** The snapshot changed. */
    default void published() {}

    /** Which servers there are was read whole, once more, and holds. */
    default void known() {}

    /** A draining server has finished its last request. */
    default void drained(ServerId server) {}

    /** A server is given up. */
    default void dead(ServerId server, String error) {}

    /** These are dead, which the monitor has to know. */
    default void report(List<URI> dead) {}
  }

  private final ZoneId zone;
  private final Outside outside;
  private final Loops loops;
  private final PoolsLoop pools;
  private final HealthChecks checks;
  private final StaticServers byHand;
  private Optional<MembershipReader> membership = Optional.empty();

  /**
   * A zone without servers; {@link #start} sets it going.
   *
   * @param check how servers are asked how they are
   * @param loops runs its threads
   */
  ZonePart(ZoneId zone, Pools rules, HealthCheck check, Outside outside, Loops loops) {
    this.zone = zone;
    this.outside = outside;
    this.loops = loops;
    this.pools = new PoolsLoop("pools." + zone, rules, this::perform, loops);
    this.checks =
        new HealthChecks(
            check, () -> outside.proxy().names(), () -> outside.proxy().serverTls(), pools::offer);
    this.byHand = new StaticServers(zone, pools::offer);
  }

  /**
   * Lets the zone's topic say which servers there are, from {@link #start} on.
   *
   * @param clientId how the consumer calls itself
   * @param directory where a copy is kept; empty: nowhere
   * @param journal takes records that can't be read
   */
  void follow(KafkaAccess kafka, String clientId, Optional<Path> directory, Journal journal) {
    membership =
        Optional.of(
            new MembershipReader(
                zone,
                () -> KafkaClients.membership(kafka, clientId),
                directory.map(kept -> new MemberCopy(kept, zone)),
                journal,
                new Learning(),
                loops));
  }

  /** What its topic says. */
  private final class Learning implements MembershipReader.Listener {
    @Override
    public void take(PoolInput input) {
      pools.offer(input);
      if (input instanceof PoolInput.Replaced) {
        pools.settle();
      }
    }

    @Override
    public void known() {
      outside.known();
    }
  }

  /** From now on its servers are judged by these rules, and asked this. */
  void become(Pools rules, HealthCheck check) {
    pools.become(rules);
    checks.become(check);
  }

  void start() {
    pools.start();
    pools.settle();
    membership.ifPresent(MembershipReader::start);
  }

  private void perform(PoolOutput output) {
    switch (output) {
      case PoolOutput.Publish _ -> outside.published();
      case PoolOutput.StartCheck(Target target, long ticket) -> checks.start(target, ticket);
      case PoolOutput.WatchDrain(Target target, long watch) ->
          outside
              .proxy()
              .drain(target, () -> pools.offer(new PoolInput.Drained(target.server(), watch)));
      case PoolOutput.Forget(Target target) -> outside.proxy().forget(target);
      case PoolOutput.RecordDrained(var server) -> outside.drained(server);
      case PoolOutput.RecordDead(var server, String error) -> outside.dead(server, error);
      case PoolOutput.TellMonitor(List<URI> dead) -> outside.report(dead);
    }
  }

  void offer(PoolInput input) {
    pools.offer(input);
  }

  /** Adds and removes servers by hand; the addresses of all servers afterwards. */
  List<URI> change(List<URI> adds, List<URI> deletes) {
    List<URI> servers = byHand.change(adds, deletes, Instant.now());
    pools.settle();
    return servers;
  }

  Routing routing() {
    return pools.routing();
  }

  PoolState state() {
    return pools.state();
  }

  /** Whether it is known, and not only remembered, that it has no server. */
  boolean knownEmpty() {
    return membership().fresh() && !pools.routing().any();
  }

  /** From where its servers are known. */
  MembershipState membership() {
    return membership.map(MembershipReader::state).orElse(MembershipState.BY_HAND);
  }

  /**
   * Waits for the topic; if it can't be read in time, a copy will do.
   *
   * @return whether the servers are known
   */
  boolean awaitKnown(Duration atMost) {
    boolean read = membership.map(reader -> reader.awaitRead(atMost)).orElse(true);
    pools.settle();
    return read || membership().source() != MembershipState.Source.NOWHERE;
  }

  /** What is known of it. */
  ZoneStatus status(boolean home, ZoneStatus.Traffic traffic) {
    PoolState state = pools.state();
    MembershipState from = membership();
    return new ZoneStatus(
        zone,
        home,
        from.source().word(),
        from.kafka(),
        new ZoneStatus.Servers(
            state.count(Phase.Alive.class),
            state.count(Phase.Ejected.class),
            state.count(Phase.Disconnected.class),
            state.count(Phase.Dead.class),
            state.count(Phase.Draining.class)),
        traffic);
  }

  /** Learns no more of changes; what is known holds. */
  void stopFollowing() {
    membership.ifPresent(MembershipReader::close);
  }

  /** Takes all servers away, and closes. */
  void dissolve() {
    stopFollowing();
    pools.offer(new PoolInput.Replaced(List.of()));
    pools.settle();
    pools.close();
  }

  @Override
  public void close() {
    stopFollowing();
    pools.close();
  }
}
