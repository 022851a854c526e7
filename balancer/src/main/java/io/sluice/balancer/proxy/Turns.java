package io.sluice.balancer.proxy;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The turns of one loop, and its clock. A turn begins when the loop has waited for sockets, takes
 * what they have to tell, then what is left to do; the clock is read once in it, and stands still.
 */
final class Turns implements IoHandler {
  private final IoHandler sockets;
  private final Ticker ticker;
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
    return sockets.run(context);
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
