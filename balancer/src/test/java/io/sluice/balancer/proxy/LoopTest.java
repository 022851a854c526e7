package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ManualIoEventLoop;
import io.sluice.balancer.pool.Routing;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fault of our own that befalls one client is that client's alone. */
final class LoopTest {
  private final SimulatedClock clock = new SimulatedClock();
  private final Turns.Factory turns = new Turns.Factory(new SimulatedSockets(() -> 0), clock);
  private final ManualIoEventLoop eventLoop =
      new ManualIoEventLoop(null, Thread.currentThread(), turns, clock);
  private final Names names = new Names();
  private final Loop loop = loop();

  @AfterEach
  void close() {
    names.close();
  }

  private Loop loop() {
    ProxyConfig config = TestBed.config(TestBed.QUICK);
    return new Loop(
        new Loop.Engine(
            eventLoop,
            turns.of(eventLoop),
            (_, _, _) -> {
              throw new AssertionError("nobody asks for a server here");
            },
            UnpooledByteBufAllocator.DEFAULT,
            new SplittableRandom(1)),
        new LoopThread(0),
        config,
        new Loop.Surroundings(
            () -> Routing.EMPTY,
            new Unobserved(),
            new Occupancy(),
            Optional.empty(),
            Optional.empty(),
            names,
            new Admission(Admission.Rules.of(config, 0))));
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

  /** Counts what is done to it, and fails by it if it is frail. */
  private static final class Counting implements Client {
    private final boolean frail;
    private int sweeps;
    private int lastRequests;
    private int resets;

    Counting(boolean frail) {
      this.frail = frail;
    }

    private void fail() {
      if (frail) {
        throw new LinkageError("as the test wants");
      }
    }

    @Override
    public void sweep(long nowNanos) {
      sweeps++;
      fail();
    }

    @Override
    public void lastRequest() {
      lastRequests++;
      fail();
    }

    @Override
    public void reset() {
      resets++;
    }

    @Override
    public int number() {
      return 0;
    }

    @Override
    public boolean idle() {
      return false;
    }

    @Override
    public void closeIdle() {}

    @Override
    public void close() {}

    @Override
    public void cutOff() {}

    @Override
    public void turnAway(Answer answer) {}

    @Override
    public boolean turnedAway() {
      return false;
    }

    @Override
    public boolean tunnel() {
      return false;
    }

    @Override
    public void sayGoodbye() {}

    @Override
    public long bufferedBytes() {
      return 0;
    }
  }

  private void pass(Duration time) {
    clock.advance(time.toNanos());
    var _ = eventLoop.runNow();
  }

  @Test
  void aClientByWhichASweepFailsIsResetAndTheOthersAreSweptOnAndOn() {
    Counting frail = new Counting(true);
    Counting well = new Counting(false);
    loop.start();
    loop.clients().opened(frail);
    loop.clients().opened(well);
    for (int i = 1; i <= 3; i++) {
      pass(Duration.ofMillis(Loop.SWEEP_MILLIS));
      assertThat(well.sweeps).isEqualTo(i);
    }
    assertThat(frail.resets).isPositive();
    assertThat(well.resets).isZero();
  }

  @Test
  void aClientByWhichAnEndFailsKeepsItFromNobody() {
    Counting frail = new Counting(true);
    Counting well = new Counting(false);
    loop.clients().opened(frail);
    loop.clients().opened(well);
    loop.retire(() -> {});
    assertThat(well.lastRequests).isEqualTo(1);
    assertThat(frail.resets).isEqualTo(1);
  }
}
