package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import io.sluice.balancer.access.AccessLog;
import io.sluice.balancer.http.HeadBytes;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestKeys;
import io.sluice.balancer.http.RequestRewrite;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.http.Scan;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.retry.RetryBudget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event loop with all that belongs to it alone: connections, counters, scratch memory. */
final class Loop {
  /** Above the high mark a side that can't keep up makes the other one wait. */
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

  static final long SWEEP_MILLIS = 100;

  /** Longer than a client that has more to ask takes to do so. */
  static final Duration SILENT_MAX = Duration.ofSeconds(2);

  /**
   * Requests that begin in one turn. Those under way are finished first: that frees connections and
   * memory, while whatever is begun takes of both. The others wait in their sockets.
   */
  private static final int BEGUN_MAX = 256;

  private static final int FIRST_PART_BYTES = 1024;

  private final EventLoop eventLoop;
  private final LoopThread thread;
  private final ProxyConfig config;
  private final Turns turns;
  private final ByteBufAllocator allocator;
  private final Supplier<Routing> routing;
  private final Observations observations;
  private final Occupancy occupancy;
  private final Optional<AccessLog> accessLog;
  private final Optional<Spill> spill;
  private final Names names;
  private final Admission admission;
  private final Upstreams upstreams;
  private final RetryBudget retryBudget;
  private final Waiting waiting;
  private final Outcomes outcomes;
  private final RequestHead requestHead;
  private final ResponseHead responseHead;
  private final HeadBytes out = new HeadBytes();
  private final byte[] scratch;
  private final SplittableRandom random;
  private final RequestIds requestIds;
  private final OpenClients clients;
  private final DateField date = new DateField();
  private @Nullable ScheduledFuture<?> sweeping;
  private long sweeps;
  private long countedNanos;

  /** Clients that have a request which has to wait for its turn, first come, first served. */
  private final ArrayDeque<Beginner> postponed = new ArrayDeque<>();

  private long begunInTurn;
  private int begun;

  private boolean closing;
  private @Nullable Runnable whenOver;
  private boolean refusing;

  Loop(Engine engine, LoopThread thread, ProxyConfig config, Surroundings surroundings) {
    this.eventLoop = engine.eventLoop();
    this.thread = thread;
    this.turns = engine.turns();
    this.allocator = engine.allocator();
    this.random = engine.random();
    this.requestIds = new RequestIds(random);
    this.config = config;
    this.routing = surroundings.routing();
    this.observations = surroundings.observations();
    this.occupancy = surroundings.occupancy();
    this.accessLog = surroundings.accessLog();
    this.spill = surroundings.spill();
    this.names = surroundings.names();
    this.admission = surroundings.admission();
    this.clients = new OpenClients(this, config.timeouts());
    this.upstreams =
        new Upstreams(
            this,
            () -> config.balancing().pick().create(thread.number(), this::chance),
            engine.connector());
    this.waiting = new Waiting(this, occupancy);
    this.outcomes = new Outcomes(observations, config.balancing());
    this.retryBudget = new RetryBudget(config.retryBudget().dividedBy(config.loops()), nowNanos());
    this.requestHead = new RequestHead(config.heads(), config.clients().bodyBytes());
    this.responseHead = new ResponseHead(config.heads());
    this.scratch = new byte[config.heads().headMaxBytes() + 1];
  }

  /**
   * What a loop is driven by.
   *
   * @param eventLoop its thread, and what is run on it
   * @param turns its clock
   * @param connector makes its connections to servers
   * @param allocator gives its memory
   * @param random where chance comes from
   */
  record Engine(
      EventLoop eventLoop,
      Turns turns,
      Connector connector,
      ByteBufAllocator allocator,
      SplittableRandom random) {}

  /**
   * What the data path is connected with.
   *
   * @param routing gives the latest snapshot; called once per request
   * @param observations is told what happens to servers
   * @param occupancy what all loops have together
   * @param accessLog takes a line for each request, if there is one
   * @param spill how requests are spread over zones; empty: there is only one
   * @param names knows servers' addresses
   * @param admission says who is let in
   */
  record Surroundings(
      Supplier<Routing> routing,
      Observations observations,
      Occupancy occupancy,
      Optional<AccessLog> accessLog,
      Optional<Spill> spill,
      Names names,
      Admission admission) {}

  void start() {
    sweeping =
        eventLoop()
            .scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    long now = nowNanos();
    if (now - countedNanos >= TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS / 2)) {
      // Those that were missed come all at once: nothing was read in between.
      countedNanos = now;
      sweeps++;
    }
    // A server that hangs keeps its requests waiting only until that is seen.
    List<Client> looked = upstreams.anySilent() ? clients.list() : clients.nextPart();
    OneByOne.each(looked, client -> client.sweep(now));
    OneByOne.logged(() -> upstreams.sweep(now));
    OneByOne.logged(this::endIfOver);
  }

  LoopThread thread() {
    return thread;
  }

  Admission admission() {
    return admission;
  }

  /** How many sweeps there were between which sockets were read. */
  long sweeps() {
    return sweeps;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  ProxyConfig config() {
    return config;
  }

  Routing routing() {
    return routing.get();
  }

  Observations observations() {
    return observations;
  }

  Counters counters() {
    return thread.counters();
  }

  LatencyHistogram latencies() {
    return thread.latencies();
  }

  Optional<AccessLog> accessLog() {
    return accessLog;
  }

  Optional<Spill> spill() {
    return spill;
  }

  Names names() {
    return names;
  }

  Occupancy occupancy() {
    return occupancy;
  }

  Upstreams upstreams() {
    return upstreams;
  }

  Outcomes outcomes() {
    return outcomes;
  }

  /** A number from 0 to one below the bound, by chance. */
  int chance(int bound) {
    return random.nextInt(bound);
  }

  Waiting waiting() {
    return waiting;
  }

  RetryBudget retryBudget() {
    return retryBudget;
  }

  RequestHead requestHead() {
    return requestHead;
  }

  ResponseHead responseHead() {
    return responseHead;
  }

  HeadBytes out() {
    return out;
  }

  byte[] scratch() {
    return scratch;
  }

  /** The time, which stands still during a turn. */
  long nowNanos() {
    return turns.nowNanos();
  }

  /** A client is there now, however long ago this turn began. */
  void renewClock() {
    turns.renew();
  }

  ByteBufAllocator allocator() {
    return allocator;
  }

  /**
   * Whether the client may begin a request in this turn; if not, {@link Beginner#takeTurn} follows
   * in a later one.
   */
  boolean mayBegin(Beginner client) {
    if (begunInTurn != turns.number()) {
      begunInTurn = turns.number();
      begun = 0;
    }
    if (begun < BEGUN_MAX && postponed.isEmpty()) {
      begun++;
      return true;
    }
    if (postponed.isEmpty()) {
      resumeInNextTurn();
    }
    postponed.addLast(client);
    return false;
  }

  /** Not by a task, which would be run in this turn, before the sockets were looked at. */
  private void resumeInNextTurn() {
    var _ = eventLoop.schedule(this::resumePostponed, 0, TimeUnit.NANOSECONDS);
  }

  private void resumePostponed() {
    List<Beginner> next = new ArrayList<>();
    while (next.size() < BEGUN_MAX && !postponed.isEmpty()) {
      next.add(postponed.removeFirst());
    }
    List<Beginner> later = List.copyOf(postponed);
    postponed.clear();
    begunInTurn = turns.number();
    begun = 0;
    OneByOne.each(next, Beginner::takeTurn, Beginner::reset);
    if (!later.isEmpty()) {
      boolean scheduled = !postponed.isEmpty();
      later.reversed().forEach(postponed::addFirst);
      if (!scheduled) {
        resumeInNextTurn();
      }
    }
  }

  /** Scans a head in the first so many bytes of {@link #scratch}. */
  interface HeadScan {
    Scan upTo(int size);
  }

  /**
   * Scans a head at the front of the bytes, as many as it may have and one more. They are copied in
   * parts that grow, since mostly a body or further requests stand behind a short head.
   */
  Scan scan(ByteBuf bytes, HeadScan head) {
    int all = Math.min(bytes.readableBytes(), scratch.length);
    int copied = 0;
    int size = Math.min(all, FIRST_PART_BYTES);
    while (true) {
      bytes.getBytes(bytes.readerIndex() + copied, scratch, copied, size - copied);
      copied = size;
      Scan scan = head.upTo(size);
      if (scan != Scan.INCOMPLETE || size == all) {
        return scan;
      }
      size = Math.min(all, 4 * size);
    }
  }

  /** A buffer with the head in {@link #out}, and room for this many bytes behind it. */
  ByteBuf outBuffer(int room) {
    return allocator.directBuffer(out.length() + room).writeBytes(out.array(), 0, out.length());
  }

  /** The value of {@code Date} now. */
  byte[] date() {
    return date.now();
  }

  /** Writes the head for the server to {@link #out}; gives the protocol it asks for, or nothing. */
  String rewrite(RequestHead head, Hop hop) {
    String protocol = RequestKeys.upgrade(head).orElse("");
    if (protocol.isEmpty() || !config.listener().upgrades().contains(protocol)) {
      RequestRewrite.write(head, hop, requestIds.next(), out);
      return "";
    }
    RequestRewrite.writeUpgrade(head, hop, requestIds.next(), protocol, out);
    return protocol;
  }

  /** Those that are there; each has to be noted as it comes and goes. */
  OpenClients clients() {
    return clients;
  }

  /** Whether connections close at once, whatever their clients were told. */
  boolean refusing() {
    return refusing;
  }

  boolean closing() {
    return closing;
  }

  /** Takes no more requests: connections close as soon as nothing is under way on them. */
  void beginClosing() {
    closing = true;
    refusing = true;
    OneByOne.each(clients.list(), Client::lastRequest);
    OneByOne.each(clients.stream().filter(Client::idle).toList(), Client::closeIdle);
  }

  /**
   * Every connection may send one more request, whose response says that it was the last: only
   * where the client was told does nothing that is on its way get lost. Who sends none is closed.
   */
  void beginLeaving() {
    closing = true;
    OneByOne.each(clients.list(), Client::lastRequest);
    List<Client> idle = clients.stream().filter(Client::idle).toList();
    var _ =
        eventLoop()
            .schedule(
                () -> OneByOne.each(idle.stream().filter(Client::idle).toList(), Client::closeIdle),
                SILENT_MAX.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  /**
   * Connections end with their next response, whenever that is; nothing is closed that a client
   * might still send something over.
   *
   * @param over runs when the last one has ended
   */
  void retire(Runnable over) {
    closing = true;
    whenOver = over;
    OneByOne.each(clients.list(), Client::lastRequest);
    endIfOver();
  }

  private void endIfOver() {
    Runnable over = whenOver;
    if (over != null && clients.isEmpty()) {
      whenOver = null;
      closeNow();
      over.run();
    }
  }

  /**
   * Ends WebSockets one after the other, so that their clients don't all come back at the same
   * moment; what else is open is closed if {@code othersToo}.
   *
   * @param spread from the first to the last
   */
  void sayGoodbye(Duration spread, boolean othersToo) {
    List<Client> tunnels = clients.stream().filter(Client::tunnel).toList();
    if (othersToo) {
      List<Client> others = new ArrayList<>(clients.list());
      others.removeAll(tunnels);
      OneByOne.each(others, Client::cutOff);
    }
    for (int i = 0; i < tunnels.size(); i++) {
      Client tunnel = tunnels.get(i);
      var _ =
          eventLoop()
              .schedule(
                  tunnel::sayGoodbye, spread.toNanos() * i / tunnels.size(), TimeUnit.NANOSECONDS);
    }
  }

  void closeNow() {
    OneByOne.each(clients.list(), Client::close);
    upstreams.close();
    waiting.close();
    ScheduledFuture<?> present = sweeping;
    if (present != null) {
      present.cancel(false);
    }
  }

  long bufferedBytes() {
    return clients.stream().mapToLong(Client::bufferedBytes).sum();
  }
}
