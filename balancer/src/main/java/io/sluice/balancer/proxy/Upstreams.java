package io.sluice.balancer.proxy;

import io.sluice.balancer.pick.Pick;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.sticky.Signer;
import io.sluice.balancer.sticky.StickyConfig;
import io.sluice.schemas.id.ServerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers as one loop sees them, and its connections to them. */
final class Upstreams {
  private static final long LISTENED_MAX_NANOS = 2 * Loop.SWEEP_MILLIS * 1_000_000;

  private final Loop loop;
  private final Pick pick;
  private final Connector connector;

  /** Changed by the loop alone; what is counted in them may be read by anybody. */
  private final Map<ServerId, ServerSlot> slots = new ConcurrentHashMap<>();

  private final Choice choice;
  private final Optional<Signer> signer;
  private final Optional<Spread> spread;
  private Routing routing = Routing.EMPTY;
  private long sweptNanos;
  private ServerSlot[] alive = new ServerSlot[0];

  /** Those that are asked when nobody alive is left: the ejected ones, then the disconnected. */
  private ServerSlot[] lastResort = new ServerSlot[0];

  /**
   * No servers yet.
   *
   * @param picks makes a way of choosing a server
   */
  Upstreams(Loop loop, Supplier<Pick> picks, Connector connector) {
    this.loop = loop;
    this.sweptNanos = loop.nowNanos();
    this.pick = picks.get();
    this.choice = new Choice(loop);
    this.spread = loop.spill().map(spill -> new Spread(spill, choice, picks));
    this.signer = loop.config().balancing().sticky().map(StickyConfig::key).map(Signer::new);
    this.connector = connector;
  }

  /**
   * The server that gets the request: an alive one, or, if all of those were tried, one that is
   * ejected or being retried.
   */
  @Nullable ServerSlot choose(List<ServerSlot> tried, long key) {
    refresh();
    if (spread.isPresent()) {
      return spread.get().choose(tried, key);
    }
    ServerSlot chosen = choice.choose(alive, tried, key, pick);
    return chosen == null ? choice.choose(lastResort, tried, key, pick) : chosen;
  }

  /** Whether {@link #choose} would find one. */
  boolean others(List<ServerSlot> tried) {
    refresh();
    return choice.any(alive, tried) || choice.any(lastResort, tried);
  }

  /** Whether there is an alive one among those that were not tried. */
  boolean othersAlive(List<ServerSlot> tried) {
    refresh();
    return choice.any(alive, tried);
  }

  /** Whether the server left its check without an answer, and may so leave its requests. */
  boolean hangs(ServerSlot slot) {
    refresh();
    return routing.hanging().contains(slot.target().server());
  }

  /** Whether an alive server may be given the request. */
  boolean takes(ServerSlot slot, List<ServerSlot> tried) {
    return choice.takes(slot, tried);
  }

  /** A user is bound to the server, which is given the request. */
  void bound(ServerSlot slot) {
    spread.ifPresent(zones -> zones.bound(slot));
  }

  /** The alive server of this name; null if there is none. */
  @Nullable ServerSlot aliveNamed(String server) {
    refresh();
    for (ServerSlot slot : alive) {
      if (slot.target().server().toString().equals(server)) {
        return slot;
      }
    }
    return null;
  }

  // By identity: a snapshot that is equal but new costs one rebuild, comparing costs every time.
  @SuppressWarnings("ReferenceEquality")
  private void refresh() {
    Routing latest = loop.routing();
    if (latest != routing) {
      routing = latest;
      List<ServerSlot> before = List.of(alive);
      alive = latest.alive().stream().map(this::slot).toArray(ServerSlot[]::new);
      List.of(alive).stream()
          .filter(slot -> !before.contains(slot))
          .forEach(slot -> {
            reachable(slot);
            slot.aliveSince(loop.nowNanos());
          });
      lastResort =
          Stream.concat(latest.ejected().stream(), latest.disconnected().stream())
              .map(this::slot)
              .toArray(ServerSlot[]::new);
      spread.ifPresent(zones -> zones.refresh(alive, lastResort));
    }
  }

  private ServerSlot slot(Target target) {
    ServerSlot known = slots.get(target.server());
    if (known == null || !known.target().address().equals(target.address())) {
      ZoneTally tally =
          loop.spill().map(spill -> spill.tallies().of(target.server().zone())).orElse(null);
      known = new ServerSlot(target, token(target.server()), tally, limit(target), loop);
      known.recordIn(loop.thread().latencies(target.server()));
      // Asked for before the first request needs it.
      var _ = loop.names().of(target.host());
      ServerSlot replaced = slots.put(target.server(), known);
      if (replaced != null) {
        end(replaced);
      }
    }
    known.retarget(target);
    known.open();
    return known;
  }

  private Optional<ServerSlot.Limit> limit(Target target) {
    int max = loop.config().balancing().perServerMax();
    Occupancy occupancy = loop.occupancy();
    return max == 0
        ? Optional.empty()
        : Optional.of(new ServerSlot.Limit(occupancy, occupancy.underWay(target), max));
  }

  private void end(ServerSlot slot) {
    reachable(slot);
    slot.shut();
  }

  private void reachable(ServerSlot slot) {
    if (slot.refusing()) {
      choice.refuse(-1);
    }
    slot.connected();
  }

  private void refused(ServerSlot slot) {
    if (slots.get(slot.target().server()) != slot) {
      return;
    }
    if (!slot.refusing()) {
      choice.refuse(1);
    }
    slot.refused(loop.nowNanos() + loop.config().timeouts().retryPause().toNanos());
  }

  private String token(ServerId server) {
    String name = server.toString();
    return signer.map(signing -> signing.sign(name)).orElse(name);
  }

  /** An idle connection to the server, if there is a good one. */
  @Nullable UpstreamConnection idle(ServerSlot slot, boolean repeatable) {
    var timeouts = loop.config().timeouts();
    long idleMax = (repeatable ? timeouts.upstreamIdle() : timeouts.unsafeReuse()).toNanos();
    return slot.take(loop.nowNanos() - idleMax);
  }

  /** Makes a connection to the server, once its address is known. */
  void connect(ServerSlot slot, Connecting whenDone) {
    CompletableFuture<InetAddress> named = loop.names().of(slot.target().host());
    if (!named.isDone() && othersAlive(List.of(slot))) {
      // One request finds out; the others go where that is not needed.
      refused(slot);
    }
    slot.connecting();
    if (named.isDone() && !named.isCompletedExceptionally()) {
      connect(slot, named.join(), whenDone);
      return;
    }
    var _ =
        named
            .orTimeout(loop.config().timeouts().connect().toMillis(), TimeUnit.MILLISECONDS)
            .whenCompleteAsync(
                (address, failure) -> {
                  if (failure == null) {
                    connect(slot, address, whenDone);
                  } else {
                    notConnected(slot, unnamed(slot, failure), whenDone);
                  }
                },
                loop.eventLoop());
  }

  private void connect(ServerSlot slot, InetAddress address, Connecting whenDone) {
    UpstreamConnection connection = new UpstreamConnection(loop, slot);
    connector.connect(
        new InetSocketAddress(address, slot.target().port()),
        connection,
        failure -> {
          if (failure.isEmpty()) {
            if (!slot.target().http2()) {
              loop.counters().add(Count.UPSTREAM_CONNECTIONS);
            }
            reachable(slot);
            loop.waiting().roomMade();
            whenDone.connected(connection);
          } else {
            loop.names().doubt(slot.target().host(), address);
            notConnected(slot, failure.get(), whenDone);
          }
        });
  }

  private void notConnected(ServerSlot slot, Throwable cause, Connecting whenDone) {
    loop.counters().add(Count.CONNECT_FAILURES);
    refused(slot);
    whenDone.failed(cause);
  }

  /** That nobody says in time what its address is counts as that nobody knows. */
  private static Throwable unnamed(ServerSlot slot, Throwable failure) {
    Throwable cause = failure.getCause();
    return cause instanceof UnknownHostException
        ? cause
        : new UnknownHostException(slot.target().host());
  }

  /** Keeps a connection whose response is over for the next request. */
  void release(UpstreamConnection connection) {
    if (!connection.slot().keep(connection, loop.config().idlePerServerMax())) {
      connection.close();
    }
  }

  /** Stops giving requests to the server, and runs the action once none is in flight. */
  void drain(Target target, Runnable whenEmpty) {
    refresh();
    ServerSlot slot = slots.get(target.server());
    if (slot == null || !slot.target().address().equals(target.address())) {
      whenEmpty.run();
    } else {
      if (!named(target)) {
        slot.shut();
      }
      slot.whenEmpty(whenEmpty);
    }
  }

  /** Whether the latest snapshot has the server where it was: it may be back already. */
  private boolean named(Target target) {
    return Stream.of(routing.alive(), routing.ejected(), routing.disconnected())
        .flatMap(List::stream)
        .anyMatch(present ->
            present.server().equals(target.server()) && present.address().equals(target.address()));
  }

  /** Closes idle connections to a server that is gone. */
  void forget(Target target) {
    refresh();
    if (named(target)) {
      return;
    }
    ServerSlot slot = slots.get(target.server());
    if (slot != null && slot.target().address().equals(target.address())) {
      slots.remove(target.server());
      loop.thread().latenciesByServer().remove(target.server());
      end(slot);
    }
    loop.occupancy().forget(target);
  }

  int inFlight(ServerId server) {
    ServerSlot slot = slots.get(server);
    return slot == null ? 0 : slot.inFlight();
  }

  void sweep(long nowNanos) {
    long idleSince = nowNanos - loop.config().timeouts().upstreamIdle().toNanos();
    // A pause of our own is not the servers' silence.
    long listened = Math.min(nowNanos - sweptNanos, LISTENED_MAX_NANOS);
    sweptNanos = nowNanos;
    for (ServerSlot slot : slots.values()) {
      slot.expire(idleSince);
      slot.listen(listened);
    }
  }

  /** Whether a server that has requests has said nothing for so long that it may hang. */
  boolean anySilent() {
    long silence = loop.config().timeouts().silence().toNanos();
    for (ServerSlot slot : slots.values()) {
      if (silence > 0 && slot.inFlight() > 0 && slot.silentNanos() >= silence) {
        return true;
      }
    }
    return false;
  }

  void close() {
    slots.values().forEach(ServerSlot::shut);
  }
}
