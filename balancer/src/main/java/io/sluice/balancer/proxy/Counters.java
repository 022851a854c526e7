package io.sluice.balancer.proxy;

import io.sluice.balancer.access.RequestError;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one loop: written by it alone, without locked instructions, read by anybody. */
final class Counters {
  private final Map<Count, AtomicLong> counts = new EnumMap<>(Count.class);

  private final Map<RequestError, AtomicLong> errors = new EnumMap<>(RequestError.class);

  Counters() {
    for (RequestError error : RequestError.values()) {
      errors.put(error, new AtomicLong());
    }
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

  /** A request ended like this. */
  void add(RequestError error) {
    AtomicLong counter = errors.get(error);
    if (error != RequestError.NONE && counter != null) {
      counter.setOpaque(counter.getPlain() + 1);
    }
  }

  long get(RequestError error) {
    AtomicLong counter = errors.get(error);
    return counter == null ? 0 : counter.getOpaque();
  }

  long get(Count count) {
    AtomicLong counter = counts.get(count);
    return counter == null ? 0 : counter.getOpaque();
  }
}
