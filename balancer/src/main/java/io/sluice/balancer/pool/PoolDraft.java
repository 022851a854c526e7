package io.sluice.balancer.pool;

import io.sluice.balancer.pool.Phase.Alive;
import io.sluice.balancer.pool.Phase.Dead;
import io.sluice.balancer.pool.Phase.Disconnected;
import io.sluice.balancer.pool.Phase.Draining;
import io.sluice.balancer.pool.Phase.Ejected;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The next state while it is being made; lives for one step. */
final class PoolDraft {
  private final PoolState before;
  private final PoolTimings timings;
  private final PoolThresholds thresholds;
  private final Instant now;
  private final TreeMap<ServerId, PooledServer> servers;
  private final List<PoolOutput> outputs = new ArrayList<>();
  private long tickets;
  private Optional<Instant> nextReport;

  PoolDraft(PoolState before, PoolTimings timings, PoolThresholds thresholds, Instant now) {
    this.before = before;
    this.timings = timings;
    this.thresholds = thresholds;
    this.now = now;
    this.servers = new TreeMap<>(before.servers());
    this.tickets = before.tickets();
    this.nextReport = before.nextReport();
  }

  void replace(List<Member> members) {
    Set<ServerId> kept = members.stream().map(Member::server).collect(Collectors.toSet());
    List.copyOf(servers.keySet()).stream()
        .filter(server -> !kept.contains(server))
        .forEach(this::remove);
    members.forEach(this::change);
  }

  void change(Member member) {
    PooledServer known = servers.get(member.server());
    if (known != null && known.member().equals(member)) {
      return;
    }
    if (known != null && !known.target().address().equals(member.address())) {
      remove(member.server());
      known = null;
    }
    Optional<String> lastError = known == null ? Optional.empty() : known.lastError();
    Standing standing = known == null ? Standing.NEW : known.standing();
    Target target = Target.of(member);
    Phase phase = member.state() == MemberState.DRAINING ? draining(known, target) : ready(known);
    servers.put(member.server(), new PooledServer(member, target, phase, lastError, standing));
  }

  private Phase draining(@Nullable PooledServer known, Target target) {
    if (known != null && known.phase() instanceof Draining draining) {
      return draining;
    }
    long watch = ++tickets;
    outputs.add(new PoolOutput.WatchDrain(target, watch));
    return new Draining(watch, false);
  }

  /** A ready server is alive at once, since its health was checked before it was called ready. */
  private Phase ready(@Nullable PooledServer known) {
    if (known == null) {
      return alive();
    }
    return switch (known.phase()) {
      case Alive alive -> alive;
      case Disconnected disconnected -> disconnected;
      case Ejected ejected -> ejected;
      case Dead _, Draining _ -> alive();
    };
  }

  private Alive alive() {
    return new Alive(now.plus(timings.aliveEvery()), Phase.NO_CHECK);
  }

  void remove(ServerId server) {
    PooledServer known = servers.remove(server);
    if (known != null) {
      outputs.add(new PoolOutput.Forget(known.target()));
    }
  }

  void checked(PoolInput.Checked check) {
    ServerId server = check.server();
    long ticket = check.ticket();
    Optional<String> error = check.error();
    PooledServer asked = servers.get(server);
    if (asked == null) {
      return;
    }
    PooledServer known = asked.with(asked.standing().checked(check.silent()));
    switch (known.phase()) {
      case Alive(Instant _, long expected) when expected == ticket ->
          servers.put(
              server,
              error
                  .map(cause -> checkFailed(known, cause))
                  .orElse(known.in(alive()).with(known.standing().settled())));
      case Disconnected phase when phase.ticket() == ticket ->
          error.ifPresentOrElse(
              cause -> retryFailed(known, phase, cause),
              () -> servers.put(server, retryWentWell(known, phase.failedRetries())));
      case Dead(Instant _, long expected) when expected == ticket ->
          servers.put(
              server,
              error
                  .map(cause -> known.failed(dead(), cause))
                  .orElseGet(() -> retryWentWell(known, 0)));
      case Ejected(Instant until, Instant _, long expected) when expected == ticket -> {
        Phase on = new Ejected(until, now.plus(timings.aliveEvery()), Phase.NO_CHECK);
        servers.put(
            server, error.map(cause -> known.failed(disconnected(), cause)).orElse(known.in(on)));
      }
      case Alive _, Disconnected _, Ejected _, Dead _, Draining _ -> {}
    }
  }

  /** One failed check too many disconnects; before, the next one comes soon. */
  private PooledServer checkFailed(PooledServer known, String error) {
    Standing standing = known.standing().failedCheck();
    return standing.failedChecks() >= thresholds.failedChecks()
        ? known.failed(disconnected(), error).with(standing.settled())
        : known
            .failed(new Alive(now.plus(timings.confirmAfter()), Phase.NO_CHECK), error)
            .with(standing);
  }

  private PooledServer retryWentWell(PooledServer known, int failedRetries) {
    Standing standing = known.standing().goodCheck();
    if (standing.goodChecks() >= thresholds.goodChecks()) {
      return known.in(alive()).with(standing.settled());
    }
    Instant next = now.plus(timings.confirmAfter());
    return known.in(new Disconnected(failedRetries, next, Phase.NO_CHECK, false)).with(standing);
  }

  /** Ejects an alive server, unless it is the last one or too many are ejected already. */
  void failing(ServerId server, String error) {
    PooledServer known = servers.get(server);
    if (known == null || !(known.phase() instanceof Alive(Instant next, long _))) {
      return;
    }
    long alive = count(Alive.class);
    long ejected = count(Ejected.class);
    double allowed = Math.max(1, thresholds.ejectedShareMax() * (alive + ejected));
    if (alive == 1 || thresholds.ejectedShareMax() == 0 || ejected + 1 > allowed) {
      servers.put(server, known.failed(known.phase(), error));
      return;
    }
    int before = known.standing().counted(now, thresholds.ejectionMax());
    Instant until = now.plus(thresholds.ejectionAfter(before));
    servers.put(
        server,
        known
            .failed(new Ejected(until, next, Phase.NO_CHECK), error)
            .with(known.standing().ejected(now, until, thresholds.ejectionMax())));
  }

  private long count(Class<? extends Phase> pool) {
    return servers.values().stream().filter(server -> pool.isInstance(server.phase())).count();
  }

  void endEjections() {
    for (PooledServer server : List.copyOf(servers.values())) {
      if (server.phase() instanceof Ejected(Instant until, Instant _, long _)
          && !until.isAfter(now)) {
        servers.put(server.member().server(), server.in(new Alive(now, Phase.NO_CHECK)));
      }
    }
  }

  private Dead dead() {
    return new Dead(now.plus(timings.retryEvery()), Phase.NO_CHECK);
  }

  private Disconnected disconnected() {
    return new Disconnected(0, now.plus(timings.retryEvery()), Phase.NO_CHECK, false);
  }

  private void retryFailed(PooledServer known, Disconnected phase, String error) {
    int failed = phase.failedRetries() + (phase.confirming() ? 0 : 1);
    boolean dead = timings.retriesMax() > 0 && failed >= timings.retriesMax();
    Instant next = now.plus(timings.retryEvery());
    Phase then = dead ? dead() : new Disconnected(failed, next, Phase.NO_CHECK, false);
    servers.put(
        known.member().server(), known.failed(then, error).with(known.standing().settled()));
    if (dead) {
      outputs.add(new PoolOutput.RecordDead(known.member().server(), error));
      nextReport = Optional.of(now);
    }
  }

  void unreachable(ServerId server, String error) {
    PooledServer known = servers.get(server);
    boolean reachable =
        known != null && (known.phase() instanceof Alive || known.phase() instanceof Ejected);
    if (known != null && reachable) {
      Instant next = now.plus(timings.confirmAfter());
      servers.put(server, known.failed(new Disconnected(0, next, Phase.NO_CHECK, true), error));
    }
  }

  /**
   * One request may break a connection, so that the server stays where it is; it is checked once
   * {@code confirmAfter} has passed, however many requests break meanwhile.
   */
  void broke(ServerId server, String error) {
    PooledServer known = servers.get(server);
    if (known != null) {
      servers.put(server, known.failed(known.phase(), error));
      checkAt(server, now.plus(timings.confirmAfter()));
    }
  }

  /** Checks a server that takes requests out of turn, unless it is being checked already. */
  void checkNow(ServerId server) {
    checkAt(server, now);
  }

  /** Checks a server that takes requests then, if that is earlier than it would be. */
  private void checkAt(ServerId server, Instant then) {
    PooledServer known = servers.get(server);
    if (known == null) {
      return;
    }
    switch (known.phase()) {
      case Alive(Instant next, long ticket) when ticket == Phase.NO_CHECK && then.isBefore(next) ->
          servers.put(server, known.in(new Alive(then, Phase.NO_CHECK)));
      case Ejected(Instant until, Instant next, long ticket)
          when ticket == Phase.NO_CHECK && then.isBefore(next) ->
          servers.put(server, known.in(new Ejected(until, then, Phase.NO_CHECK)));
      case Alive _, Disconnected _, Ejected _, Dead _, Draining _ -> {}
    }
  }

  void drained(ServerId server, long watch) {
    PooledServer known = servers.get(server);
    if (known != null && known.phase().equals(new Draining(watch, false))) {
      servers.put(server, known.in(new Draining(watch, true)));
      outputs.add(new PoolOutput.RecordDrained(server));
    }
  }

  void reportNow() {
    nextReport = nextReport.map(_ -> now);
  }

  void startDueChecks() {
    for (PooledServer server : List.copyOf(servers.values())) {
      switch (server.phase()) {
        case Alive(Instant next, long ticket) when due(next, ticket) ->
            start(server, new Alive(next, ++tickets), tickets);
        case Disconnected(int failed, Instant next, long ticket, boolean confirming)
            when due(next, ticket) ->
            start(server, new Disconnected(failed, next, ++tickets, confirming), tickets);
        case Ejected(Instant until, Instant next, long ticket) when due(next, ticket) ->
            start(server, new Ejected(until, next, ++tickets), tickets);
        case Dead(Instant next, long ticket) when due(next, ticket) ->
            start(server, new Dead(next, ++tickets), tickets);
        case Alive _, Disconnected _, Ejected _, Dead _, Draining _ -> {}
      }
    }
  }

  private boolean due(Instant next, long ticket) {
    return ticket == Phase.NO_CHECK && !next.isAfter(now);
  }

  private void start(PooledServer server, Phase phase, long ticket) {
    servers.put(server.member().server(), server.in(phase));
    outputs.add(new PoolOutput.StartCheck(server.target(), ticket));
  }

  void reportIfDue() {
    List<java.net.URI> dead = state().dead();
    if (dead.isEmpty()) {
      nextReport = Optional.empty();
    } else if (nextReport.map(due -> !due.isAfter(now)).orElse(true)) {
      outputs.add(new PoolOutput.TellMonitor(dead));
      nextReport = Optional.of(now.plus(timings.reportEvery()));
    }
  }

  /** The snapshot comes first: the data path must know it before drains are watched. */
  Pools.Step finish() {
    PoolState after = state();
    Routing routing = after.routing(thresholds.panicShare());
    if (!routing.equals(before.routing(thresholds.panicShare()))) {
      outputs.addFirst(new PoolOutput.Publish(routing));
    }
    return new Pools.Step(after, outputs);
  }

  private PoolState state() {
    return new PoolState(servers, tickets, nextReport);
  }
}
