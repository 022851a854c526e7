package io.sluice.balancer.proxy;

import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;

/** A clock that goes on when it is told to. */
final class SimulatedClock implements Ticker {
  private long nowNanos = 1;

  void advance(long nanos) {
    nowNanos += nanos;
  }

  @Override
  public long initialNanoTime() {
    return 0;
  }

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public void sleep(long delay, TimeUnit unit) {
    advance(unit.toNanos(delay));
  }
}
