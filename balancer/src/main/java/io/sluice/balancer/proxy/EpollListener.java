package io.sluice.balancer.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.NativeInetAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket of Linux, which gives what it accepts as descriptors. */
final class EpollListener implements EpollIoHandle, ListeningSocket {
  private static final Logger LOG = LoggerFactory.getLogger(EpollListener.class);

  /** No interest in anything, without leaving epoll. */
  private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

  /** How long nothing is accepted when that has failed, as without a free descriptor. */
  private static final long PAUSE_MILLIS = 500;

  /** An address of IPv6 with its scope and port, behind a byte for its length. */
  private static final int ADDRESS_BYTES = 25;

  private final IoEventLoop eventLoop;
  private final Socket socket;
  private final Taker taker;
  private final InetSocketAddress address;
  private final byte[] remote = new byte[ADDRESS_BYTES];
  private final IoRegistration registration;

  /**
   * A connection that was accepted.
   *
   * @param descriptor its descriptor, which is the taker's from here on
   * @param remote who came
   * @param local at which address
   */
  record Accepted(int descriptor, InetSocketAddress remote, InetSocketAddress local) {}

  /** Takes connections that were accepted. */
  interface Taker {
    /** Takes one, on the loop of the socket. */
    void take(IoEventLoop eventLoop, Accepted accepted);
  }

  /**
   * Opens them.
   *
   * @param taker takes what they accept
   */
  record Opener(Taker taker) implements Listeners.Opener {
    @Override
    public boolean sharesPorts() {
      return true;
    }

    @Override
    public ListeningSocket open(EventLoop loop, InetSocketAddress address) throws IOException {
      LinuxSocket socket = LinuxSocket.newSocketStream();
      try {
        socket.setReuseAddress(true);
        socket.setReusePort(true);
        socket.bind(address);
        socket.listen(Listeners.BACKLOG);
        return new EpollListener((IoEventLoop) loop, socket, taker);
      } catch (IOException | RuntimeException failed) {
        socket.close();
        throw failed;
      }
    }

    @Override
    public ListeningSocket adopt(EventLoop loop, int descriptor) throws IOException {
      return new EpollListener((IoEventLoop) loop, new Socket(descriptor), taker);
    }
  }

  private EpollListener(IoEventLoop eventLoop, Socket socket, Taker taker) throws IOException {
    this.eventLoop = eventLoop;
    this.socket = socket;
    this.taker = taker;
    this.address = socket.localAddress();
    // What is accepted has it from here.
    socket.setTcpNoDelay(true);
    var registering = eventLoop.register(this).awaitUninterruptibly();
    if (!registering.isSuccess()) {
      throw new IOException("it can't be waited for", registering.cause());
    }
    this.registration = registering.getNow();
  }

  @Override
  public FileDescriptor fd() {
    return socket;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public OptionalInt descriptor() {
    return OptionalInt.of(socket.intValue());
  }

  @Override
  public void accept() {
    registration.submit(EpollIoOps.EPOLLIN);
  }

  @Override
  public void handle(IoRegistration of, IoEvent event) {
    try {
      int accepted = 0;
      int descriptor = 0;
      while (accepted < Listeners.ACCEPTED_MAX && descriptor >= 0) {
        descriptor = socket.accept(remote);
        if (descriptor >= 0) {
          accepted++;
          taken(descriptor);
        }
      }
    } catch (IOException failed) {
      LOG.warn(
          "no connection can be accepted at {}, tried again after {} ms: {}",
          address,
          PAUSE_MILLIS,
          failed.getMessage());
      pause();
    }
  }

  /** One that fails is no reason not to take the others. */
  private void taken(int descriptor) {
    InetSocketAddress from = NativeInetAddress.address(remote, 1, remote[0]);
    boolean anywhere = address.getAddress().isAnyLocalAddress();
    @Nullable InetSocketAddress at = anywhere ? new Socket(descriptor).localAddress() : address;
    if (at == null) {
      // It is gone already.
      close(new FileDescriptor(descriptor));
      return;
    }
    try {
      taker.take(eventLoop, new Accepted(descriptor, from, at));
    } catch (RuntimeException fault) {
      LOG.error("a connection that was accepted at {} can't be served", address, fault);
    }
  }

  private void pause() {
    registration.submit(NOTHING);
    var _ =
        eventLoop.schedule(
            () -> {
              if (registration.isValid()) {
                accept();
              }
            },
            PAUSE_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    if (eventLoop.inEventLoop()) {
      registration.cancel();
      close(socket);
    } else {
      Runnable closing = this::close;
      var _ = eventLoop.submit(closing).awaitUninterruptibly();
    }
  }

  /** Closes a descriptor that nobody uses. */
  static void close(FileDescriptor descriptor) {
    try {
      descriptor.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("a socket can't be closed", failed);
    }
  }
}
