package io.sluice.balancer.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long requests took: written by one loop, without locked instructions, read by anybody. */
final class LatencyHistogram {
  private final AtomicLongArray counts = new AtomicLongArray(Latencies.BOUNDS_MICROS.size() + 1);
  private final AtomicLong sumNanos = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /** A request took so long; whether it failed on its server. */
  void record(long nanos, boolean failure) {
    long micros = nanos / 1_000;
    int bucket = 0;
    while (bucket < Latencies.BOUNDS_MICROS.size()
        && micros > Latencies.BOUNDS_MICROS.get(bucket)) {
      bucket++;
    }
    counts.setOpaque(bucket, counts.getPlain(bucket) + 1);
    sumNanos.setOpaque(sumNanos.getPlain() + nanos);
    if (failure) {
      failed.setOpaque(failed.getPlain() + 1);
    }
  }

  Latencies read() {
    List<Long> read = new ArrayList<>();
    for (int i = 0; i < counts.length(); i++) {
      read.add(counts.getOpaque(i));
    }
    return new Latencies(read, sumNanos.getOpaque(), failed.getOpaque());
  }
}
