package io.sluice.balancer.proxy;

import io.netty.channel.EventLoop;
import io.sluice.schemas.supervision.Loops;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks each loop of the data path for a sign of life. Only when all have given one it has turned: a
 * loop that stands still shows in health as this one's last turn of long ago.
 */
final class LoopWatch implements Loops.Body {
  /** No turn of a loop takes as long. */
  static final Duration TURN_MAX = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final List<EventLoop> loops;

  LoopWatch(List<EventLoop> loops) {
    this.loops = List.copyOf(loops);
  }

  @Override
  public void run(Loops.Turns turns) throws InterruptedException {
    while (true) {
      for (EventLoop loop : loops) {
        loop.submit(() -> {}).await();
      }
      turns.turned();
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }
}
