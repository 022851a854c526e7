package io.sluice.balancer.proxy;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.function.IntSupplier;

/** Has its turn where a loop would wait for the kernel, and never waits. */
final class SimulatedSockets implements IoHandlerFactory {
  private final IntSupplier deliver;

  /**
   * Sockets of one loop.
   *
   * @param deliver tells what there is to tell, and how many had something
   */
  SimulatedSockets(IntSupplier deliver) {
    this.deliver = deliver;
  }

  @Override
  public IoHandler newHandler(ThreadAwareExecutor executor) {
    return new IoHandler() {
      @Override
      public int run(IoHandlerContext context) {
        return deliver.getAsInt();
      }

      @Override
      public IoRegistration register(IoHandle handle) {
        throw new UnsupportedOperationException("no real socket is registered in a simulation");
      }

      @Override
      public void wakeup() {
        // It is never asleep.
      }

      @Override
      public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return false;
      }
    };
  }
}
