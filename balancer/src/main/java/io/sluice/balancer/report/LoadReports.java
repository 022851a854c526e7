package io.sluice.balancer.report;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.metric.BalancerMetrics.Traffic;
import io.sluice.schemas.metric.RequestTimes;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Tells once a second what goes through a balancer, one record for each of its zones: what was
 * counted since the record before. A zone that is new here begins with its counters as they stand,
 * and is told of from the next turn on. Soft: figures that can't be written are lost, with what was
 * counted in their second; each record is a rate of its own, so that the others stay right.
 */
public final class LoadReports implements AutoCloseable {
  /** How often it is told. */
  static final Duration EVERY = Duration.ofSeconds(1);

  private static final Duration TURN_MAX = Duration.ofMinutes(1);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double P95 = 0.95;

  /**
   * What was counted of a zone since the process began.
   *
   * @param asked grows with each request that comes, whatever becomes of it
   * @param unanswered requests that no server answered, through no fault of their client
   * @param waiting requests that wait for a server
   * @param servers what was counted of each server
   */
  public record Counted(
      long asked, long unanswered, int waiting, SortedMap<ServerId, Server> servers) {}

  /**
   * What was counted of a server since the process began, or since the server was first known.
   *
   * @param times how long requests took
   * @param failed of these, those that failed
   * @param inFlight requests under way at this moment
   * @param open whether it may be given requests
   */
  public record Server(RequestTimes times, long failed, int inFlight, boolean open) {
    private static final Server NONE = new Server(RequestTimes.NONE, 0, 0, false);
  }

  /** What was counted when it was last told, and when there last was a request. */
  private record Told(Counted counted, long nanos, long busyNanos) {}

  private final Reporter reporter;
  private final Supplier<SortedMap<ZoneId, Counted>> counting;
  private final Journal journal;
  private final LongSupplier nanos;
  private final Map<ZoneId, Told> told = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private Optional<Supervised> loop = Optional.empty();

  /**
   * Reports of a balancer's zones; {@link #start} sets them going.
   *
   * @param counting reads the counters of every zone
   * @param nanos time in nanoseconds that never goes back
   */
  public LoadReports(
      Reporter reporter,
      Supplier<SortedMap<ZoneId, Counted>> counting,
      Journal journal,
      LongSupplier nanos) {
    this.reporter = reporter;
    this.counting = counting;
    this.journal = journal;
    this.nanos = nanos;
  }

  /** Begins to tell, of what is counted from now on. */
  public void start(Loops loops) {
    tell(false);
    loop = Optional.of(loops.restarting("loads", TURN_MAX, this::run));
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      turns.turned();
      tell(false);
    }
  }

  /** Tells of every zone; whether that is the last word. */
  synchronized void tell(boolean last) {
    SortedMap<ZoneId, Counted> zones = counting.get();
    told.forEach((zone, before) -> {
      if (!zones.containsKey(zone)) {
        Told end = new Told(before.counted(), nanos.getAsLong(), before.busyNanos());
        journal.measure(report(zone, before, end, true));
      }
    });
    told.keySet().retainAll(zones.keySet());
    zones.forEach((zone, counted) -> {
      long now = nanos.getAsLong();
      // Its past, which may be days, is not what goes through it now.
      Told before = told.computeIfAbsent(zone, _ -> new Told(counted, now, now));
      if (now - before.nanos() > 0) {
        Told next = new Told(counted, now, busy(before, counted, now));
        journal.measure(report(zone, before, next, last));
        told.put(zone, next);
      }
    });
  }

  /**
   * When there last was a request: now, if any waits, is under way, or came or was answered since.
   * A gateway's zone may have answered one that did not come there first.
   */
  private static long busy(Told before, Counted counted, long now) {
    Counted then = before.counted();
    boolean came = counted.asked() != then.asked() || counted.unanswered() != then.unanswered();
    boolean present = counted.waiting() > 0 || any(counted.servers(), it -> it.inFlight() > 0);
    boolean answered = any(since(then, counted), it -> it.times().count() > 0);
    return came || present || answered ? now : before.busyNanos();
  }

  private static boolean any(SortedMap<ServerId, Server> servers, Predicate<Server> of) {
    return servers.values().stream().anyMatch(of);
  }

  private BalancerMetrics report(ZoneId zone, Told before, Told next, boolean last) {
    SortedMap<ServerId, Server> since = since(before.counted(), next.counted());
    long unanswered = Math.max(0, next.counted().unanswered() - before.counted().unanswered());
    RequestTimes times =
        since.values().stream().map(Server::times).reduce(RequestTimes.NONE, RequestTimes::plus);
    long failed = since.values().stream().mapToLong(Server::failed).sum();
    return new BalancerMetrics(
        reporter,
        zone,
        Instant.now(),
        (next.nanos() - before.nanos()) / NANOS_PER_SECOND,
        new Traffic(
            times.count() + unanswered,
            failed + unanswered,
            since.values().stream().mapToInt(Server::inFlight).sum(),
            next.counted().waiting(),
            (next.nanos() - next.busyNanos()) / NANOS_PER_SECOND,
            times),
        listed(since),
        Math.toIntExact(since.values().stream().filter(Server::open).count()),
        last);
  }

  /** What was counted of each server since it was told before. */
  private static SortedMap<ServerId, Server> since(Counted before, Counted now) {
    SortedMap<ServerId, Server> since = new TreeMap<>();
    now.servers()
        .forEach((id, server) -> {
          Server then = before.servers().getOrDefault(id, Server.NONE);
          since.put(
              id,
              new Server(
                  server.times().minus(then.times()),
                  Math.max(0, server.failed() - then.failed()),
                  server.inFlight(),
                  server.open()));
        });
    return since;
  }

  private static SortedMap<ServerId, OfServer> listed(SortedMap<ServerId, Server> since) {
    SortedMap<ServerId, OfServer> listed = new TreeMap<>();
    since.entrySet().stream()
        .filter(entry -> entry.getValue().open())
        .limit(BalancerMetrics.SERVERS_MAX)
        .forEach(entry -> listed.put(entry.getKey(), listed(entry.getValue())));
    return listed;
  }

  private static OfServer listed(Server server) {
    OptionalDouble p95 = server.times().percentileMillis(P95);
    return new OfServer(
        server.times().count(),
        server.failed(),
        server.inFlight(),
        p95.isPresent() ? Optional.of(p95.getAsDouble()) : Optional.empty(),
        server.times());
  }

  /** Tells for the last time, so that nobody waits for more. */
  @Override
  public void close() {
    closing.countDown();
    if (loop.isPresent()) {
      loop.get().close();
      tell(true);
    }
  }
}
