package io.sluice.balancer.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.sluice.balancer.pick.Candidates;
import io.sluice.balancer.pick.Pick;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.schemas.id.ServerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The servers as one loop sees them, and its connections to them. */
final class Upstreams {
  /** What comes of a connection that was asked for. */
  interface Connected {
    /** It is there. */
    void connected(UpstreamConnection connection);

    /** It is not. */
    void failed(Throwable cause);
  }

  /** A list of slots as a pick sees it. */
  private static final class Choice implements Candidates {
    private ServerSlot[] slots = new ServerSlot[0];
    private List<ServerSlot> tried = List.of();

    @Override
    public int size() {
      return slots.length;
    }

    @Override
    public boolean open(int index) {
      return tried.isEmpty() || !tried.contains(slots[index]);
    }
  }

  private final Loop loop;
  private final Pick pick;
  private final Bootstrap bootstrap;
  private final Map<ServerId, ServerSlot> slots = new HashMap<>();
  private final Choice choice = new Choice();
  private Routing routing = Routing.EMPTY;
  private ServerSlot[] alive = new ServerSlot[0];
  private ServerSlot[] disconnected = new ServerSlot[0];

  Upstreams(Loop loop, Pick pick, Sockets sockets) {
    this.loop = loop;
    this.pick = pick;
    this.bootstrap =
        new Bootstrap()
            .group(loop.eventLoop())
            .channel(sockets.connection())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Loop.WATER_MARK)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(loop.config().timeouts().connect().toMillis()));
  }

  /**
   * The server that gets the request: an alive one, or, if all of those were tried, one that is
   * being retried.
   */
  @Nullable ServerSlot choose(List<ServerSlot> tried) {
    refresh();
    ServerSlot chosen = choose(alive, tried);
    return chosen == null ? choose(disconnected, tried) : chosen;
  }

  /** Whether {@link #choose} would find one. */
  boolean others(List<ServerSlot> tried) {
    refresh();
    return untried(alive, tried) || untried(disconnected, tried);
  }

  private @Nullable ServerSlot choose(ServerSlot[] from, List<ServerSlot> tried) {
    choice.slots = from;
    choice.tried = tried;
    OptionalInt index = pick.choose(choice);
    return index.isPresent() ? from[index.getAsInt()] : null;
  }

  private static boolean untried(ServerSlot[] from, List<ServerSlot> tried) {
    for (ServerSlot slot : from) {
      if (!tried.contains(slot)) {
        return true;
      }
    }
    return false;
  }

  /**
   * By identity: a snapshot that is equal but new costs one rebuild, comparing costs every time.
   */
  @SuppressWarnings("ReferenceEquality")
  private void refresh() {
    Routing latest = loop.routing();
    if (latest != routing) {
      routing = latest;
      alive = latest.alive().stream().map(this::slot).toArray(ServerSlot[]::new);
      disconnected = latest.disconnected().stream().map(this::slot).toArray(ServerSlot[]::new);
    }
  }

  private ServerSlot slot(Target target) {
    ServerSlot known = slots.get(target.server());
    if (known == null || !known.target().address().equals(target.address())) {
      known = new ServerSlot(target);
      ServerSlot replaced = slots.put(target.server(), known);
      if (replaced != null) {
        replaced.shut();
      }
    }
    known.open();
    return known;
  }

  /** An idle connection to the server, if there is a good one. */
  @Nullable UpstreamConnection idle(ServerSlot slot, boolean repeatable) {
    var timeouts = loop.config().timeouts();
    long idleMax = (repeatable ? timeouts.upstreamIdle() : timeouts.unsafeReuse()).toNanos();
    return slot.take(loop.nowNanos() - idleMax);
  }

  /** Makes a connection to the server. */
  void connect(ServerSlot slot, Connected whenDone) {
    UpstreamConnection connection = new UpstreamConnection(loop, slot);
    ChannelFuture future =
        bootstrap.clone().handler(connection).connect(slot.target().host(), slot.target().port());
    future.addListener(done -> {
      if (done.isSuccess()) {
        loop.counters().add(Count.UPSTREAM_CONNECTIONS);
        whenDone.connected(connection);
      } else {
        loop.counters().add(Count.CONNECT_FAILURES);
        whenDone.failed(done.cause());
      }
    });
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
      slot.shut();
      slot.whenEmpty(whenEmpty);
    }
  }

  /** Closes idle connections to a server that is gone. */
  void forget(Target target) {
    refresh();
    ServerSlot slot = slots.get(target.server());
    if (slot != null && slot.target().address().equals(target.address())) {
      slots.remove(target.server());
      slot.shut();
    }
  }

  int inFlight(ServerId server) {
    ServerSlot slot = slots.get(server);
    return slot == null ? 0 : slot.inFlight();
  }

  void sweep(long nowNanos) {
    long idleSince = nowNanos - loop.config().timeouts().upstreamIdle().toNanos();
    slots.values().forEach(slot -> slot.expire(idleSince));
  }

  void close() {
    slots.values().forEach(ServerSlot::shut);
  }
}
