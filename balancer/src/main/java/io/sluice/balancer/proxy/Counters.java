package io.sluice.balancer.proxy;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one loop: written by it alone, without locked instructions, read by anybody. */
final class Counters {
  private final Map<Count, AtomicLong> counts = new EnumMap<>(Count.class);

  Counters() {
    for (Count count : Count.values()) {
      counts.put(count, new AtomicLong());
    }
  }

  void add(Count count) {
    AtomicLong counter = counts.get(count);
    if (counter != null) {
      counter.setOpaque(counter.getPlain() + 1);
    }
  }

  long get(Count count) {
    AtomicLong counter = counts.get(count);
    return counter == null ? 0 : counter.getOpaque();
  }
}
