package io.sluice.balancer.proxy;

import io.sluice.balancer.http.RequestKeys;
import io.sluice.balancer.pool.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one loop knows of one server: requests in flight and idle connections. */
final class ServerSlot {
  private static final int EXPIRED_MAX = 128;

  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final List<Runnable> whenEmpty = new ArrayList<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final String token;
  private final long identity;
  private final @Nullable ZoneTally tally;
  private final Optional<Limit> limit;
  private final ZoneTerms terms;

  private Target target;

  /** No connection came about when one was last asked for. */
  private boolean refusing;

  /** Somebody finds out whether one comes about now: that decides for all. */
  private boolean probed;

  private long probeFromNanos;
  private boolean routable = true;

  /** Idle connections that belong to one client each. */
  private int owned;

  private long aliveSinceNanos;
  private LatencyHistogram latencies = new LatencyHistogram();
  private int errorsInARow;
  private int failuresInARow;

  /** Whose request it was under which a connection broke last, if nobody was answered since. */
  private String brokeFor = "";

  private boolean heard;
  private long silentNanos;
  private long suspectedNanos;

  /**
   * A slot.
   *
   * @param token the value of a cookie that binds to the server
   * @param tally counts what is under way in the zone; null where nobody wants to know
   * @param limit what may be under way to the server; empty: any number
   */
  ServerSlot(
      Target target, String token, @Nullable ZoneTally tally, Optional<Limit> limit, Loop loop) {
    this.suspectedNanos = loop.nowNanos();
    this.terms = loop.config().terms(target.server().zone());
    this.limit = limit;
    this.target = target;
    this.token = token;
    this.tally = tally;
    this.identity = RequestKeys.text(target.server().toString());
  }

  /**
   * How many requests may be under way to the server.
   *
   * @param occupancy what the loops have in common
   * @param underWay how many are, over all loops
   * @param max how many may be
   */
  record Limit(Occupancy occupancy, AtomicInteger underWay, int max) {
    boolean enter() {
      boolean room = underWay.incrementAndGet() <= max;
      if (!room) {
        underWay.decrementAndGet();
      }
      return room;
    }

    void leave() {
      underWay.decrementAndGet();
      occupancy.roomMade();
    }
  }

  /** What holds for requests that are with it. */
  ZoneTerms terms() {
    return terms;
  }

  /** How long requests take is noted there. */
  void recordIn(LatencyHistogram shared) {
    latencies = shared;
  }

  LatencyHistogram latencies() {
    return latencies;
  }

  String token() {
    return token;
  }

  /** A hash of the server's id. */
  long identity() {
    return identity;
  }

  /** When it began to take requests; meaningful once it does. */
  long aliveSinceNanos() {
    return aliveSinceNanos;
  }

  void aliveSince(long nowNanos) {
    aliveSinceNanos = nowNanos;
    answered(false);
  }

  /** Notes a response; gives how many errors came in a row. */
  int answered(boolean error) {
    failuresInARow = 0;
    brokeFor = "";
    errorsInARow = error ? errorsInARow + 1 : 0;
    return errorsInARow;
  }

  /** Notes that a connection broke; whether it was another client's before, if any. */
  boolean brokeFor(String client) {
    boolean another = !brokeFor.equals(client);
    brokeFor = client;
    return another;
  }

  /** Notes that no response came about; gives how often in a row. */
  int failed() {
    return ++failuresInARow;
  }

  Target target() {
    return target;
  }

  /** It is still where it was, though its weight may be another one. */
  void retarget(Target now) {
    target = now;
  }

  /** Requests of this loop that are under way to the server; may be read by any thread. */
  int inFlight() {
    return inFlight.getOpaque();
  }

  /** Whether one more request may be under way to it. */
  boolean hasRoom() {
    return limit.map(most -> most.underWay().get() < most.max()).orElse(true);
  }

  /**
   * One more request is under way to the server.
   *
   * @return false if that would be too many
   */
  boolean enter() {
    if (limit.isPresent() && !limit.get().enter()) {
      return false;
    }
    inFlight.setOpaque(inFlight.getPlain() + 1);
    if (tally != null) {
      tally.enter();
    }
    return true;
  }

  void leave() {
    int left = inFlight.getPlain() - 1;
    inFlight.setOpaque(left);
    if (tally != null) {
      tally.leave();
    }
    limit.ifPresent(Limit::leave);
    if (left == 0 && !whenEmpty.isEmpty()) {
      List<Runnable> waiting = List.copyOf(whenEmpty);
      whenEmpty.clear();
      waiting.forEach(Runnable::run);
    }
  }

  /** Runs the action as soon as nothing is in flight, which may be now. */
  void whenEmpty(Runnable action) {
    if (inFlight.getPlain() == 0) {
      action.run();
    } else {
      whenEmpty.add(action);
    }
  }

  /** Whether no connection to it came about when one was last asked for. */
  boolean refusing() {
    return refusing;
  }

  /** Whether a connection may be asked for: of a server that refuses, by one at a time. */
  boolean mayConnect(long nowNanos) {
    return !refusing || (!probed && nowNanos - probeFromNanos >= 0);
  }

  /** A connection is asked for. */
  void connecting() {
    probed = refusing;
  }

  /** A connection came about. */
  void connected() {
    refusing = false;
    probed = false;
  }

  /** No connection came about; it is tried again from then on. */
  void refused(long againNanos) {
    refusing = true;
    probed = false;
    probeFromNanos = againNanos;
  }

  /** The server may be given requests: its connections are worth keeping. */
  void open() {
    routable = true;
  }

  /** The server gets no more requests: idle connections close, busy ones after their response. */
  void shut() {
    routable = false;
    while (!idle.isEmpty()) {
      idle.removeLast().close();
    }
  }

  boolean routable() {
    return routable;
  }

  /** One more connection belongs to a client alone; false if there are too many. */
  boolean own(int max) {
    if (owned >= max) {
      return false;
    }
    owned++;
    return true;
  }

  /** One fewer does. */
  void disown() {
    owned--;
  }

  /** The connection that was idle for the shortest time, if that is short enough. */
  @Nullable UpstreamConnection take(long idleSinceNanos) {
    UpstreamConnection freshest = idle.peekLast();
    while (freshest != null && !freshest.usable()) {
      // It was closed in this turn, which is about to be told.
      idle.removeLast();
      freshest = idle.peekLast();
    }
    boolean fresh = freshest != null && freshest.idleSinceNanos() - idleSinceNanos >= 0;
    return fresh ? idle.pollLast() : null;
  }

  /** Keeps an idle connection; false if there are too many or the server gets no more requests. */
  boolean keep(UpstreamConnection connection, int max) {
    if (!routable || idle.size() >= max) {
      return false;
    }
    idle.addLast(connection);
    return true;
  }

  void drop(UpstreamConnection connection) {
    // The one that was idle longest is looked for first: that is the one that servers give up.
    if (idle.peekFirst() == connection) {
      idle.removeFirst();
    } else {
      idle.removeLastOccurrence(connection);
    }
  }

  /**
   * Closes connections that have been idle since before this time, a few at a time: after a peak,
   * thousands have.
   */
  void expire(long idleSinceNanos) {
    UpstreamConnection oldest = idle.peekFirst();
    for (int i = 0; oldest != null && i < EXPIRED_MAX; i++) {
      if (oldest.idleSinceNanos() - idleSinceNanos >= 0) {
        return;
      }
      idle.removeFirst().close();
      oldest = idle.peekFirst();
    }
  }

  /** The server said something, on whichever connection. */
  void heard() {
    heard = true;
  }

  /**
   * Takes stock of what was heard; to be called now and then, which spares a clock per read.
   *
   * @param listenedNanos for how long since the last call a word would have been heard
   */
  void listen(long listenedNanos) {
    silentNanos = heard ? 0 : silentNanos + listenedNanos;
    heard = false;
  }

  /** For how long it has said nothing to anybody, whether or not it was asked. */
  long silentNanos() {
    return heard ? 0 : silentNanos;
  }

  /** Notes that it is thought to hang; whether that was not said for as long as this. */
  boolean suspect(long nowNanos, long againNanos) {
    if (nowNanos - suspectedNanos < againNanos) {
      return false;
    }
    suspectedNanos = nowNanos;
    return true;
  }

  /** Whether nothing is left to remember. */
  boolean forgettable() {
    return !routable && inFlight.getPlain() == 0;
  }
}
