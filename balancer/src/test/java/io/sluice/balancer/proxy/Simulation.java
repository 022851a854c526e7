package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One run of the data path in a storm: a loop of the product with everything that it consists of,
 * between clients and servers that cut every message anywhere, stall, leave and reset. Sockets,
 * clock and chance are the simulation's, so that a seed gives the same run every time.
 *
 * <p>What must hold in every run: whoever reads gets the very bytes that were sent to it, or sees
 * that something is missing; what waits in memory is bounded; nobody is left without an answer or
 * an end; at the end nothing is under way, and all memory is given back; a connection is used again
 * only if all that was said on it before is over; what may not be repeated is run once; and while
 * something happens to one client, nothing is done for another one.
 */
final class Simulation {
  /** A run without a client. */
  private static final int NOBODY = -1;

  private static final ZoneId ZONE = new ZoneId("sim");
  private static final Names NAMES = new Names();
  private static final int STEPS_MAX = 60_000;
  private static final int FAULTS_UNTIL = 600;
  private static final long END_NANOS = Duration.ofMinutes(2).toNanos();
  private static final int REPLAY_BYTES = 128;

  /** What is read of a client while nobody can take it. */
  private static final int AHEAD_MAX = 16 * 1024;

  /** What may wait for one socket: the mark, one read and one head more, and what is repeated. */
  private static final int PENDING_MAX =
      SimulatedWire.HIGH_BYTES + SimulatedWire.SOCKET_BYTES + 700 + REPLAY_BYTES;

  /** What may be held for one client on both sides: what it sent ahead besides. */
  private static final int BUFFERED_MAX = 2 * AHEAD_MAX + 4 * PENDING_MAX;

  /**
   * What came of a run.
   *
   * @param broken which rule, if one was broken
   * @param steps how many there were
   * @param answers of servers, that arrived
   * @param ownAnswers that we gave in a server's place
   */
  record Run(long seed, Optional<String> broken, int steps, int answers, int ownAnswers) {}

  /** A broken rule ends the run. */
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String rule) {
      super(rule, null, false, false);
    }
  }

  private final SplittableRandom random;
  private final boolean faulty;
  private final Flaws flaws;
  private final UnpooledByteBufAllocator allocator =
      new UnpooledByteBufAllocator(false, true, false);
  private final SimulatedClock clock = new SimulatedClock();
  private final Occupancy occupancy = new Occupancy();
  private final List<SimulatedWire> wires = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final List<SimulatedServer> servers = new ArrayList<>();
  private final Map<Integer, SimulatedClient.Plan> plans = new HashMap<>();
  private final Map<Integer, Integer> executions = new HashMap<>();
  private final ManualIoEventLoop eventLoop;
  private final Loop loop;
  private final int serverCount;
  private Routing routing;
  private Optional<String> broken = Optional.empty();
  private int current = NOBODY;
  private int steps;
  private int answers;
  private int ownAnswers;

  private Simulation(long seed, Flaw flaw) {
    this.random = new SplittableRandom(seed);
    this.faulty = chance(3) > 0;
    this.flaws = new Flaws(this, flaw);
    this.serverCount = 1 + chance(3);
    this.routing =
        new Routing(
            IntStream.range(0, serverCount).mapToObj(Simulation::target).toList(), List.of());
    Turns.Factory turns = new Turns.Factory(new SimulatedSockets(this::deliver), clock);
    this.eventLoop = new ManualIoEventLoop(null, Thread.currentThread(), turns, clock);
    this.loop =
        new Loop(
            new Loop.Engine(
                eventLoop, turns.of(eventLoop), this::connect, allocator, random.split()),
            new LoopThread(0),
            config(),
            new Loop.Surroundings(
                () -> routing,
                new Unobserved(),
                occupancy,
                Optional.empty(),
                Optional.empty(),
                NAMES,
                new Admission(Admission.Rules.of(config(), 0))));
  }

  /** Nobody wants to know. */
  private static final class Unobserved implements Observations {
    @Override
    public void unreachable(ServerId server, String error) {}

    @Override
    public void broke(ServerId server, String error) {}

    @Override
    public void silent(ServerId server) {}

    @Override
    public void failing(ServerId server, String error) {}

    @Override
    public void held() {}
  }

  static Run run(long seed, Flaw flaw) {
    Simulation simulation = new Simulation(seed, flaw);
    try {
      simulation.play();
      simulation.close();
    } catch (Broken rule) {
      // It is remembered.
    }
    return new Run(
        seed, simulation.broken, simulation.steps, simulation.answers, simulation.ownAnswers);
  }

  private ProxyConfig config() {
    Balancing balancing =
        new Balancing(
            PickKind.ROUND_ROBIN,
            new SlowStart(Duration.ZERO),
            chance(2) * (1 + chance(2)),
            faulty && chance(4) == 0 ? 1 : 100,
            0,
            5,
            Optional.empty());
    return new ProxyConfig(
        "127.0.0.1",
        0,
        1,
        Transport.AUTO,
        ListenerConfig.DEFAULT,
        HeadLimits.DEFAULT,
        new ClientLimits(100, faulty ? 100 * chance(2) : 0, 0),
        balancing,
        timeouts(),
        new RetryRule(3, 3, chance(2) == 0 ? Set.of() : Set.of(503)),
        RetryBudgetLimits.DEFAULT,
        REPLAY_BYTES,
        chance(3),
        HopRules.DEFAULT);
  }

  private ProxyTimeouts timeouts() {
    return new ProxyTimeouts(
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Duration.ofMillis(200),
        Duration.ofSeconds(2),
        Duration.ofMillis(50),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofMillis(500),
        faulty && chance(3) == 0 ? Duration.ofMillis(700) : Duration.ZERO,
        Duration.ofSeconds(3));
  }

  private static Target target(int number) {
    return new Target(
        ZONE.server(number + 1), URI.create("http://127.0.0.1:" + (1000 + number)), 100);
  }

  // A run.

  private void play() {
    loop.start();
    int count = 1 + chance(3);
    for (int id = 0; id < count; id++) {
      SimulatedWire wire = new SimulatedWire(this, false);
      wire.owner(id);
      List<SimulatedClient.Plan> planned = SimulatedClient.plans(this, id);
      planned.forEach(plan -> plans.put(plan.key(), plan));
      clients.add(new SimulatedClient(this, id, wire, planned));
      wires.add(wire);
      Hop hop = new Hop("192.0.2." + (id + 1), "127.0.0.1:80", HopRules.DEFAULT, false);
      wire.listener(new ClientConnection(loop, wire, hop, false).begin());
    }
    while (!finished()) {
      if (++steps > STEPS_MAX || clock.nanoTime() > END_NANOS) {
        throw broken("a client hangs: " + clients.stream().map(Object::toString).toList());
      }
      step(faulty && steps < FAULTS_UNTIL);
    }
  }

  private boolean finished() {
    for (SimulatedClient client : clients) {
      if (!client.finished()) {
        return false;
      }
    }
    return true;
  }

  private void step(boolean storm) {
    if (storm && chance(100) == 0) {
      changeRouting();
    }
    boolean moved = false;
    for (SimulatedClient client : clients) {
      moved |= chance(2) == 0 && client.act(storm);
    }
    for (int i = 0; i < servers.size(); i++) {
      moved |= chance(2) == 0 && servers.get(i).act(storm);
    }
    turn();
    boolean quiet = !moved && quiet();
    clock.advance(TimeUnit.MICROSECONDS.toNanos(quiet ? 1 + chance(60_000) : chance(1000)));
  }

  private boolean quiet() {
    for (SimulatedWire wire : wires) {
      if (wire.ready()) {
        return false;
      }
    }
    return true;
  }

  private void turn() {
    var _ = eventLoop.runNow();
    if (broken.isPresent()) {
      throw new Broken(broken.get());
    }
    if (loop.bufferedBytes() > (long) BUFFERED_MAX * clients.size()) {
      throw broken("%d bytes are held in memory".formatted(loop.bufferedBytes()));
    }
  }

  private void changeRouting() {
    List<Target> all = IntStream.range(0, serverCount).mapToObj(Simulation::target).toList();
    int missing = chance(serverCount + 1);
    List<Target> alive = all.stream().filter(one -> one.port() - 1000 != missing).toList();
    routing =
        switch (chance(4)) {
          case 0 -> new Routing(alive, List.of());
          case 1 -> new Routing(List.of(), all);
          case 2 -> new Routing(alive, all.stream().filter(one -> !alive.contains(one)).toList());
          default -> new Routing(all, List.of());
        };
  }

  /** Everybody leaves: nothing may be left. */
  private void close() {
    routing =
        new Routing(
            IntStream.range(0, serverCount).mapToObj(Simulation::target).toList(), List.of());
    clients.forEach(SimulatedClient::leave);
    long end = clock.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (occupancy.clients().get() > 0 && clock.nanoTime() < end) {
      step(false);
    }
    check(occupancy.clients().get() == 0, "a client's connection is counted after its end");
    check(occupancy.waiting() == 0, "a request waits after its end");
    for (int number = 0; number < serverCount; number++) {
      int inFlight = loop.upstreams().inFlight(ZONE.server(number + 1));
      check(inFlight == 0, "%d requests are under way after their end".formatted(inFlight));
    }
    loop.closeNow();
    for (int i = 0; i < 3; i++) {
      // What is still asked for comes, and has to be let go.
      clock.advance(Duration.ofSeconds(2).toNanos());
      turn();
      loop.closeNow();
    }
    turn();
    check(wires.stream().noneMatch(SimulatedWire::open), "a connection is forgotten");
    long held = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    check(held == 0, "%d bytes are not given back".formatted(held));
  }

  /** Remembered, too, since a loop survives what its tasks throw. */
  private Broken broken(String rule) {
    broken = broken.isPresent() ? broken : Optional.of(rule);
    return new Broken(rule);
  }

  private void check(boolean holds, String rule) {
    if (!holds) {
      throw broken(rule);
    }
  }

  // Sockets.

  private int deliver() {
    int delivered = 0;
    int first = wires.isEmpty() ? 0 : chance(wires.size());
    for (int i = 0; i < wires.size(); i++) {
      SimulatedWire wire = wires.get((first + i) % wires.size());
      if (wire.ready() && chance(3) > 0) {
        delivered++;
        within(wire.owner(), wire::deliver);
      }
    }
    return delivered;
  }

  /** A flaw: in the midst of what happens to one wire, another one's bytes come. */
  void deliverAnother(SimulatedWire than) {
    for (SimulatedWire wire : List.copyOf(wires)) {
      if (wire != than && !wire.toServer() && wire.ready()) {
        wire.deliver();
        return;
      }
    }
  }

  private void connect(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone) {
    int asking = current;
    boolean storm = faulty && steps < FAULTS_UNTIL;
    long delayMicros = chance(3) == 0 ? chance(20_000) : 0;
    int fate = storm ? chance(12) : 12;
    long waits = fate == 0 ? 1_000_000 : delayMicros;
    Runnable done =
        () -> {
          if (fate < 3) {
            whenDone.accept(Optional.of(new ConnectException("refused")));
          } else {
            SimulatedWire wire = new SimulatedWire(this, true);
            wire.owner(asking);
            wires.add(wire);
            servers.add(new SimulatedServer(this, wire));
            wire.listener(connection.over(wire));
            whenDone.accept(Optional.empty());
          }
        };
    var _ = eventLoop.schedule(() -> within(asking, done), waits, TimeUnit.MICROSECONDS);
  }

  /** Runs this as a part of what happens to one client. */
  private void within(int client, Runnable action) {
    int before = current;
    current = client;
    try {
      action.run();
    } finally {
      current = before;
    }
  }

  void later(Runnable action, SimulatedWire wire) {
    eventLoop.execute(() -> within(wire.owner(), action));
  }

  /** The product writes these bytes. */
  void written(SimulatedWire wire, ByteBuf bytes) {
    int client = wire.owner();
    int from = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '/');
    boolean head = from >= 0 && bytes.writerIndex() > from + 4 && bytes.getByte(from + 1) == 'c';
    if (wire.toServer() && head && bytes.getByte(from + 3) == '/') {
      client = bytes.getByte(from + 2) - '0';
      wire.owner(client);
    }
    if (current != NOBODY && client != current) {
      throw broken(
          "something is done for client %d in the midst of client %d".formatted(client, current));
    }
  }

  void checkPending(int size, boolean toServer) {
    // What was read ahead of a connection to a server goes there at once.
    int most = PENDING_MAX + (toServer ? AHEAD_MAX : 0);
    if (size > most) {
      throw broken("%d bytes wait for a socket".formatted(size));
    }
  }

  // What actors need.

  ByteBufAllocator allocator() {
    return allocator;
  }

  Flaws flaws() {
    return flaws;
  }

  boolean faulty() {
    return faulty;
  }

  /** A number from 0 to one below the bound. */
  int chance(int bound) {
    return random.nextInt(bound);
  }

  /** How many of so many, at least one: often one, often all. */
  int some(int most) {
    return switch (chance(4)) {
      case 0 -> 1;
      case 1 -> 1 + chance(most);
      default -> most;
    };
  }

  int length() {
    return switch (chance(8)) {
      case 0 -> 0;
      case 1, 2, 3 -> chance(10);
      case 4, 5 -> chance(100);
      case 6 -> chance(500);
      default -> chance(2500);
    };
  }

  <T> T pick(List<T> well, List<T> badly) {
    List<T> from = faulty && steps < FAULTS_UNTIL && chance(2) == 0 ? badly : well;
    return from.get(chance(from.size()));
  }

  SimulatedClient.Plan plan(int key) {
    return plans.getOrDefault(key, new SimulatedClient.Plan(key, "?", -1, false, false, false));
  }

  void executed(int key) {
    int times = executions.merge(key, 1, Integer::sum);
    require(times == 1 || !plan(key).method().equals("POST"), "a POST is run twice", plan(key));
  }

  void answered(boolean byUs) {
    answers++;
    ownAnswers += byUs ? 1 : 0;
  }

  void require(boolean holds, String rule, Object by) {
    if (!holds) {
      throw broken("%s: %s".formatted(rule, by));
    }
  }
}
