package io.sluice.balancer.proxy;

import io.sluice.balancer.spill.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a gateway counts of one zone, over all loops. */
final class ZoneTally {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder requests = new LongAdder();
  private final Map<Reason, LongAdder> spilled = new EnumMap<>(Reason.class);

  ZoneTally() {
    for (Reason reason : Reason.values()) {
      spilled.put(reason, new LongAdder());
    }
  }

  void enter() {
    inFlight.incrementAndGet();
  }

  void leave() {
    inFlight.decrementAndGet();
  }

  int inFlight() {
    return inFlight.get();
  }

  /** A request goes to the zone for the first time. */
  void request() {
    requests.increment();
  }

  /** A request goes to the zone though another one is home. */
  void spilled(Reason reason) {
    LongAdder counter = spilled.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  ZoneTraffic read() {
    Map<Reason, Long> spillOvers = new EnumMap<>(Reason.class);
    spilled.forEach((reason, count) -> spillOvers.put(reason, count.sum()));
    return new ZoneTraffic(inFlight(), requests.sum(), spillOvers);
  }
}
