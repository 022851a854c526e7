package io.sluice.balancer.proxy;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll for channels of which one side may end before the other. Two things of it (4.2.18)
 * would lose bytes or hoard them:
 *
 * <ul>
 *   <li>Told of a peer's end by {@code EPOLLRDHUP}, it reads all that is left, whether or not
 *       reading is wanted. It is not told: the end is read, as the last of the bytes, when it is
 *       their turn.
 *   <li>When nothing is waited for, it takes the socket out of epoll, and can't put it back: one
 *       that waits for room to write after its peer's end would be closed. It is left in, with an
 *       interest in nothing that tells of an error once.
 * </ul>
 */
final class HalfCloseEpoll implements IoHandler {
  private final IoHandler epoll;

  private HalfCloseEpoll(IoHandler epoll) {
    this.epoll = epoll;
  }

  static IoHandlerFactory factory() {
    IoHandlerFactory netty = EpollIoHandler.newFactory();
    return executor -> new HalfCloseEpoll(netty.newHandler(executor));
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    IoRegistration registration = epoll.register(handle);
    return handle instanceof Channel.Unsafe ? new Interest(registration) : registration;
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return epoll.isCompatible(handleType);
  }

  /** What the socket of a channel waits for. */
  private static final class Interest implements IoRegistration {
    private final IoRegistration registration;
    private boolean added;

    Interest(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    // The signature is Netty's.
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      int wanted = ((EpollIoOps) ops).value() & ~EpollIoOps.EPOLLRDHUP.value();
      if (wanted == 0) {
        return added ? registration.submit(EpollIoOps.EPOLLET) : 0;
      }
      added = true;
      return registration.submit(EpollIoOps.valueOf(wanted));
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }
}
