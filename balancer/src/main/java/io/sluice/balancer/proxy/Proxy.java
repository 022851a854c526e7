package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import io.sluice.balancer.access.AccessLog;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running data path: listens, and passes requests on to the servers of the snapshot. */
public final class Proxy implements AutoCloseable {
  /** Over which WebSockets are ended that outlast a hand-over. */
  static final Duration GOODBYES_MAX = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(10);
  private static final Logger LOG = LoggerFactory.getLogger(Proxy.class);

  /** Whether it serves, leaves that to a successor, or ends; it never goes back. */
  private enum State {
    OPEN,
    LEAVING,
    CLOSING
  }

  private final MultiThreadIoEventLoopGroup group;
  private final Sockets sockets;
  private final Entrances entrances;
  private final Surroundings surroundings;
  private final Occupancy occupancy = new Occupancy();
  private final Optional<Spill> spill;
  private final Names names = new Names();
  private final Admission admission;
  private final Turns.Factory turns;
  private final List<EventLoop> eventLoops = new ArrayList<>();
  private final List<LoopThread> threads = new ArrayList<>();

  /** What the plain sockets of each loop have in common, where they are no channels. */
  private final Map<EventLoop, EpollSockets> ownSockets = new HashMap<>();

  private final List<Generation> past = new CopyOnWriteArrayList<>();
  private volatile Generation present;
  private final Loops supervised = new Loops((loop, cause) -> LOG.error("{} ended", loop, cause));
  private final AccessLogs logs = new AccessLogs(supervised);
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * Starts to listen.
   *
   * @param routing gives the latest snapshot; read once per request, by every loop
   * @param observations is told what happens to servers
   * @throws ProxyException if the port is taken or the transport is not there
   */
  public Proxy(ProxyConfig config, Supplier<Routing> routing, Observations observations) {
    this(config, routing, observations, Optional.empty(), List.of());
  }

  /**
   * Starts to listen, or takes over the sockets of a predecessor, which are made use of from {@link
   * #accept} on.
   *
   * @param routing gives the latest snapshot; read once per request, by every loop
   * @param observations is told what happens to servers
   * @param spill which zone takes a request; empty: all servers are of one zone
   * @param inherited file descriptors of listening sockets; empty: it opens its own
   * @throws ProxyException if the port is taken, the sockets are of no use or the transport is not
   *     there
   */
  public Proxy(
      ProxyConfig config,
      Supplier<Routing> routing,
      Observations observations,
      Optional<SpillRule> spill,
      List<Integer> inherited) {
    this.sockets = Sockets.of(config.transport());
    this.spill = spill.map(Spill::new);
    this.surroundings = new Surroundings(routing, observations);
    this.admission = new Admission(Admission.Rules.of(config, System.nanoTime()));
    this.turns = new Turns.Factory(sockets.handler(), Ticker.systemTicker());
    this.group =
        new MultiThreadIoEventLoopGroup(
            config.loops(), new DefaultThreadFactory("balancer-loop", true), turns);
    for (EventExecutor executor : group) {
      this.eventLoops.add((EventLoop) executor);
      this.threads.add(new LoopThread(this.threads.size()));
    }
    if (sockets.ours() == Sockets.Ours.LISTENERS_AND_WIRES) {
      eventLoops.forEach(loop ->
          ownSockets.put(loop, new EpollSockets(loop, turns.of(loop), ByteBufAllocator.DEFAULT)));
    }
    ServerTls serverTls = new ServerTls(config.servers());
    this.present = generation(config, logs.open(config.listener().accessLog()), serverTls);
    this.entrances =
        new Entrances(
            sockets,
            group,
            eventLoops,
            new Acceptor(eventLoop -> present.on(eventLoop), ownSockets),
            Entrances.TlsTerms.of(config));
    try {
      entrances.open(config.endpoints(), inherited);
    } catch (RuntimeException failed) {
      closeNow();
      throw failed;
    }
    present.loops().forEach(Loop::start);
    var _ = supervised.restarting("traffic", LoopWatch.TURN_MAX, new LoopWatch(eventLoops));
  }

  /** What a generation is connected with that all of them have in common. */
  private record Surroundings(Supplier<Routing> routing, Observations observations) {}

  private Generation generation(ProxyConfig config, Optional<AccessLog> log, ServerTls serverTls) {
    var shared =
        new Loop.Surroundings(
            surroundings.routing(),
            surroundings.observations(),
            occupancy,
            log,
            spill,
            names,
            admission);
    List<Loop> loops = new ArrayList<>();
    for (LoopThread thread : threads) {
      EventLoop eventLoop = eventLoops.get(thread.number());
      Loop.Engine engine =
          new Loop.Engine(
              eventLoop,
              turns.of(eventLoop),
              connector(thread, config, serverTls),
              ByteBufAllocator.DEFAULT,
              new SplittableRandom());
      loops.add(new Loop(engine, thread, config, shared));
    }
    return new Generation(config, loops, log, serverTls);
  }

  private Connector connector(LoopThread thread, ProxyConfig config, ServerTls serverTls) {
    EventLoop eventLoop = eventLoops.get(thread.number());
    ProxyTimeouts timeouts = config.timeouts();
    Connector channels = new ChannelConnector(eventLoop, sockets, timeouts, serverTls);
    EpollSockets own = ownSockets.get(eventLoop);
    Connector http1 =
        own == null ? channels : new EpollConnector(own, channels, timeouts.connect());
    return new Http2Connector(eventLoop, sockets, config, thread.counters(), http1);
  }

  /**
   * From now on goes by this configuration: connections that come are served by it, those that are
   * there end with their next response, tunnels and streams when they do. Its files are looked at,
   * once. Nothing is changed if something of it is of no use.
   *
   * @throws ProxyException if that is so; or if it has another number of loops or another
   *     transport, which only another process can have
   */
  public synchronized void become(ProxyConfig next) {
    Generation before = present;
    before.config().requireSameProcess(next);
    Admission.Rules rules = Admission.Rules.of(next, System.nanoTime());
    ServerTls serverTls = new ServerTls(next.servers());
    AccessLogConfig log = next.listener().accessLog();
    boolean sameLog = log.equals(before.config().listener().accessLog());
    Optional<AccessLog> nextLog = sameLog ? before.accessLog() : logs.open(log);
    List<AutoCloseable> leftOver = new ArrayList<>();
    try {
      leftOver.addAll(entrances.become(next.endpoints(), Entrances.TlsTerms.of(next)));
    } catch (RuntimeException failed) {
      nextLog.filter(_ -> !sameLog).ifPresent(logs::close);
      serverTls.close();
      throw failed;
    }
    admission.become(rules);
    leftOver.add(before.serverTls());
    Generation fresh = generation(next, nextLog, serverTls);
    fresh.loops().forEach(Loop::start);
    past.add(before);
    present = fresh;
    retire(before, leftOver);
    reopenLog();
    entrances.look();
  }

  private void retire(Generation old, List<AutoCloseable> leftOver) {
    old.retire(() -> {
      past.remove(old);
      // Beside the loops: a log is written to its end first.
      Thread.ofVirtual().name("left-over").start(() -> close(old, leftOver));
    });
  }

  private void close(Generation old, List<AutoCloseable> leftOver) {
    old.accessLog()
        .filter(_ -> loops().stream().noneMatch(loop -> loop.accessLog().equals(old.accessLog())))
        .ifPresent(logs::close);
    for (AutoCloseable part : leftOver) {
      try {
        part.close();
      } catch (Exception failed) {
        LOG.error("{} of an earlier configuration can't be closed", part, failed);
      }
    }
  }

  /** Of all generations. */
  private List<Loop> loops() {
    List<Loop> all = new ArrayList<>(present.loops());
    past.forEach(old -> all.addAll(old.loops()));
    return all;
  }

  /** Opens the access log's file anew: the one under its name may be another one by now. */
  public void reopenLog() {
    logs.reopen();
  }

  /**
   * Looks at its files at once: log, certificates, keys, authorities, pages.
   *
   * @throws ProxyException if authorities or a page can't be read; then nothing has changed
   */
  public synchronized void reload() {
    Admission.Rules rules = Admission.Rules.of(present.config(), System.nanoTime());
    present.serverTls().look();
    admission.become(rules);
    past.forEach(old -> old.serverTls().look());
    reopenLog();
    entrances.look();
  }

  /** Whether requests are answered with a 503 for maintenance. */
  public boolean maintenance() {
    return admission.maintenance();
  }

  /** From now on they are, or are not. */
  public void maintenance(boolean on) {
    admission.maintenance(on);
  }

  /** How many lines of the access log were lost, since they could not be written. */
  public long linesLost() {
    return logs.lost();
  }

  /** Where it listens, with the port that was really taken. */
  public InetSocketAddress address() {
    return entrances.addresses().getFirst();
  }

  /** Where it listens, the first address first. */
  public List<InetSocketAddress> addresses() {
    return entrances.addresses();
  }

  /** Accepts connections on the sockets that were taken over. */
  public void accept() {
    entrances.accept();
  }

  /** The listening sockets' file descriptors; empty if the transport can't hand them over. */
  public List<Integer> sockets() {
    return entrances.descriptors();
  }

  /** Speaks TLS with servers. */
  public ServerTls serverTls() {
    return present.serverTls();
  }

  /** What is known of its loops, and of those that write for it. */
  public List<LoopState> loopStates() {
    return supervised.states();
  }

  /** Knows the addresses of servers that are reached by name. */
  public Names names() {
    return names;
  }

  /** What a gateway gave to each zone; empty: this is none. */
  public SortedMap<ZoneId, ZoneTraffic> zones() {
    return spill.map(spreading -> spreading.tallies().read()).orElseGet(TreeMap::new);
  }

  /** What was counted since the start, over all loops. */
  public Map<Count, Long> counts() {
    Map<Count, Long> sums = new EnumMap<>(Count.class);
    for (Count count : Count.values()) {
      sums.put(count, threads.stream().mapToLong(thread -> thread.counters().get(count)).sum());
    }
    return sums;
  }

  /** How often requests were not answered by a server to their end, by the reason. */
  public Map<RequestError, Long> errors() {
    Map<RequestError, Long> sums = new EnumMap<>(RequestError.class);
    for (RequestError error : RequestError.values()) {
      sums.put(error, threads.stream().mapToLong(thread -> thread.counters().get(error)).sum());
    }
    sums.remove(RequestError.NONE);
    return sums;
  }

  /** How long requests took on all servers, those that are gone included. */
  public Latencies latencies() {
    return threads.stream()
        .map(thread -> thread.latencies().read())
        .reduce(Latencies.NONE, Latencies::plus);
  }

  /** How long requests took on each server that is there. */
  public SortedMap<ServerId, Latencies> latenciesByServer() {
    SortedMap<ServerId, Latencies> all = new TreeMap<>();
    for (LoopThread thread : threads) {
      thread
          .latenciesByServer()
          .forEach((server, latencies) -> all.merge(server, latencies.read(), Latencies::plus));
    }
    return all;
  }

  /** Requests that are under way to the server. */
  public int inFlight(ServerId server) {
    return loops().stream().mapToInt(loop -> loop.upstreams().inFlight(server)).sum();
  }

  /** Requests that wait for a server. */
  public int waiting() {
    return occupancy.waiting();
  }

  /** Client connections that are open. */
  public int openConnections() {
    return occupancy.clients().get();
  }

  /** Bytes of heads and bodies that are held in memory, on both sides of all connections. */
  public long bufferedBytes() {
    return sum(Loop::bufferedBytes);
  }

  /**
   * Stops giving requests to the target, and runs the action once none is in flight to it. The
   * snapshot must not name the target any more.
   */
  public void drain(Target target, Runnable whenEmpty) {
    List<Loop> all = loops();
    AtomicInteger busy = new AtomicInteger(all.size());
    Runnable loopEmpty =
        () -> {
          if (busy.decrementAndGet() == 0) {
            whenEmpty.run();
          }
        };
    all.forEach(loop -> loop.eventLoop().execute(() -> loop.upstreams().drain(target, loopEmpty)));
  }

  /** Closes idle connections to a target that is gone; requests in flight may finish. */
  public void forget(Target target) {
    loops().forEach(loop -> loop.eventLoop().execute(() -> loop.upstreams().forget(target)));
  }

  private long sum(ToLongFunction<Loop> value) {
    List<Future<Long>> asked = new ArrayList<>();
    for (Loop loop : loops()) {
      asked.add(loop.eventLoop().submit(() -> value.applyAsLong(loop)));
    }
    return asked.stream().mapToLong(part -> part.awaitUninterruptibly().getNow()).sum();
  }

  /**
   * Stops to listen, and lets the requests under way finish; also while it {@link #leave leaves},
   * which ends with this. Returns when all has ended, whoever began.
   *
   * @param grace how long they may take; then their connections are cut off
   */
  public void close(Duration grace) {
    State before = state.getAndSet(State.CLOSING);
    if (before != State.CLOSING) {
      entrances.close();
      onLoops(Loop::beginClosing);
      if (grace.isPositive()) {
        onLoops(loop -> loop.sayGoodbye(grace.dividedBy(2), false));
      }
      awaitEnd(grace, State.CLOSING);
      end();
    }
    ended.join();
  }

  /**
   * Leaves the port to a successor that accepts on the same sockets: every open connection may
   * still send its next request, and closes with the response to it; one that sends nothing closes
   * after {@link Loop#SILENT_MAX}.
   *
   * @param grace how long all of that may take; then connections are cut off, and WebSockets are
   *     ended within half as long again, at most {@link #GOODBYES_MAX}
   */
  public void leave(Duration grace) {
    if (state.compareAndSet(State.OPEN, State.LEAVING)) {
      entrances.close();
      onLoops(Loop::beginLeaving);
      awaitEnd(grace, State.LEAVING);
      Duration half = grace.dividedBy(2);
      Duration spread = half.compareTo(GOODBYES_MAX) < 0 ? half : GOODBYES_MAX;
      if (state.get() == State.LEAVING) {
        onLoops(loop -> loop.sayGoodbye(spread, true));
        awaitEnd(spread.plus(Loop.SILENT_MAX), State.LEAVING);
      }
      if (state.compareAndSet(State.LEAVING, State.CLOSING)) {
        end();
      }
    }
    ended.join();
  }

  private void onLoops(Consumer<Loop> action) {
    loops().forEach(loop -> loop.eventLoop().execute(() -> action.accept(loop)));
  }

  /** Waits for the last connection, as long as nothing else is wanted. */
  private void awaitEnd(Duration atMost, State wanted) {
    long end = System.nanoTime() + atMost.toNanos();
    while (openConnections() > 0 && System.nanoTime() - end < 0 && state.get() == wanted) {
      java.util.concurrent.locks.LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private void end() {
    try {
      loops().forEach(loop -> loop.eventLoop().submit(loop::closeNow).awaitUninterruptibly());
      logs.close();
      closeNow();
      names.close();
      entrances.closeTls();
      present.serverTls().close();
    } finally {
      ended.complete(null);
    }
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private void closeNow() {
    supervised.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    ownSockets.values().forEach(EpollSockets::close);
  }
}
