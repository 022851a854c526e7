package io.sluice.balancer.proxy;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The turns of one loop, and its clock. A turn begins when the loop has waited for sockets, takes
 * what they have to tell, then what is left to do; the clock is read once in it, and stands still.
 * As long as something is left to do, the loop does not wait.
 */
final class Turns implements IoHandler {
  private final IoHandler sockets;
  private final Ticker ticker;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private final Hurried hurried = new Hurried();
  private long number;
  private long nowNanos;
  private boolean read;

  private Turns(IoHandler sockets, Ticker ticker) {
    this.sockets = sockets;
    this.ticker = ticker;
    this.nowNanos = ticker.nanoTime();
  }

  /** Makes them, one for each loop of a group. */
  static final class Factory implements IoHandlerFactory {
    private final IoHandlerFactory sockets;
    private final Ticker ticker;
    private final Map<ThreadAwareExecutor, Turns> made = new ConcurrentHashMap<>();

    /**
     * For loops that drive their sockets like this.
     *
     * @param ticker the time by which deadlines are kept
     */
    Factory(IoHandlerFactory sockets, Ticker ticker) {
      this.sockets = sockets;
      this.ticker = ticker;
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor executor) {
      Turns turns = new Turns(sockets.newHandler(executor), ticker);
      made.put(executor, turns);
      return turns;
    }

    @Override
    public boolean isChangingThreadSupported() {
      return sockets.isChangingThreadSupported();
    }

    /** Those of this loop, which must have been made with this factory. */
    Turns of(ThreadAwareExecutor loop) {
      Turns turns = made.get(loop);
      if (turns == null) {
        throw new IllegalStateException("loop %s has other turns".formatted(loop));
      }
      return turns;
    }
  }

  /** Has something left to do. */
  interface Waiter {
    /** Does a bounded part of it; it does not throw. */
    void takeTurn();
  }

  /**
   * In this turn, after all sockets have told what they have to tell; who comes after that has to
   * wait for the next one.
   */
  void later(Waiter waiter) {
    waiters.addLast(waiter);
  }

  /** Which turn this is. */
  long number() {
    return number;
  }

  /** The time of this turn; to be asked by the loop's thread, or before it starts. */
  long nowNanos() {
    if (!read) {
      read = true;
      nowNanos = ticker.nanoTime();
    }
    return nowNanos;
  }

  /** Reads the clock anew, where a turn has much to do, such as accepting who came in a crowd. */
  void renew() {
    read = false;
  }

  @Override
  public int run(IoHandlerContext context) {
    number++;
    read = false;
    int told = sockets.run(waiters.isEmpty() ? context : hurried.of(context));
    int due = waiters.size();
    for (int i = 0; i < due; i++) {
      waiters.removeFirst().takeTurn();
    }
    return told + due;
  }

  /** What a loop is told that has something left to do: everything, but not to wait. */
  private static final class Hurried implements IoHandlerContext {
    private @Nullable IoHandlerContext context;

    Hurried of(IoHandlerContext patient) {
      context = patient;
      return this;
    }

    private IoHandlerContext context() {
      return Objects.requireNonNull(context, "asked outside of a turn");
    }

    @Override
    public boolean canBlock() {
      return false;
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return context().delayNanos(currentTimeNanos);
    }

    @Override
    public long deadlineNanos() {
      return context().deadlineNanos();
    }

    @Override
    public void reportActiveIoTime(long activeNanos) {
      context().reportActiveIoTime(activeNanos);
    }

    @Override
    public boolean shouldReportActiveIoTime() {
      return context().shouldReportActiveIoTime();
    }
  }

  @Override
  public void initialize() {
    sockets.initialize();
  }

  @Override
  public void prepareToDestroy() {
    sockets.prepareToDestroy();
  }

  @Override
  public void destroy() {
    sockets.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return sockets.register(handle);
  }

  @Override
  public void wakeup() {
    sockets.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return sockets.isCompatible(handleType);
  }
}
