package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A loop with wires over epoll, and their raw peers. */
final class EpollBed implements AutoCloseable {
  /** What a wire told, and what is done about it; all of it on the loop. */
  static class Heard implements Wire.Listener {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<String> said = new ArrayList<>();

    @Override
    public void received(ByteBuf part) {
      byte[] copy = new byte[part.readableBytes()];
      part.readBytes(copy);
      part.release();
      bytes.writeBytes(copy);
    }

    @Override
    public void readComplete() {
      // The bytes tell.
    }

    @Override
    public void writabilityChanged() {
      said.add("room");
    }

    @Override
    public void inputEnded() {
      said.add("end");
    }

    @Override
    public void failed(Throwable cause) {
      said.add("failed");
    }

    @Override
    public void closed() {
      said.add("closed");
    }
  }

  /**
   * A wire and the socket at its other end.
   *
   * @param wire the wire
   * @param peer the other end
   * @param descriptor of the wire's socket
   */
  record Pair(EpollWire wire, Socket peer, int descriptor) {}

  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final EventLoop loop;
  final EpollSockets sockets;
  final Turns turns;
  private final MultiThreadIoEventLoopGroup group;
  private final List<Closeable> open = new ArrayList<>();

  EpollBed() {
    Turns.Factory factory =
        new Turns.Factory(Sockets.of(Transport.EPOLL).handler(), Ticker.systemTicker());
    group = new MultiThreadIoEventLoopGroup(1, factory);
    loop = group.next();
    turns = factory.of(loop);
    sockets = new EpollSockets(loop, turns, allocator);
  }

  <T> T onLoop(Callable<T> action) throws Exception {
    return loop.submit(action).get(10, TimeUnit.SECONDS);
  }

  void run(Runnable action) throws Exception {
    loop.submit(action).get(10, TimeUnit.SECONDS);
  }

  String heard(Heard by) throws Exception {
    return onLoop(() -> String.join(" ", by.said));
  }

  int size(Heard by) throws Exception {
    return onLoop(by.bytes::size);
  }

  byte[] bytes(Heard by) throws Exception {
    return onLoop(by.bytes::toByteArray);
  }

  /** A wire that a client made, or one to a server. */
  Pair pair(boolean toServer, Heard listener) throws Exception {
    return toServer ? toServer(listener) : ofClient(listener);
  }

  private Pair ofClient(Heard listener) throws Exception {
    CompletableFuture<Pair> accepted = new CompletableFuture<>();
    Socket peer = new Socket();
    open.add(peer);
    peer.setReceiveBufferSize(16 * 1024);
    EpollListener.Opener opener =
        new EpollListener.Opener((_, came) -> {
          EpollWire wire = EpollWire.ofClient(sockets, new FileDescriptor(came.descriptor()));
          wire.listener(listener);
          try {
            wire.register();
            accepted.complete(new Pair(wire, peer, came.descriptor()));
          } catch (IOException failed) {
            accepted.completeExceptionally(failed);
          }
        });
    ListeningSocket listening = opener.open(loop, new InetSocketAddress("127.0.0.1", 0));
    open.add(listening::close);
    listening.accept();
    peer.connect(listening.address());
    return accepted.get(10, TimeUnit.SECONDS);
  }

  private Pair toServer(Heard listener) throws Exception {
    CompletableFuture<Optional<Throwable>> connected = new CompletableFuture<>();
    try (ServerSocket server = new ServerSocket()) {
      server.setReceiveBufferSize(16 * 1024);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      LinuxSocket socket = LinuxSocket.newSocketStream(false);
      EpollWire wire =
          onLoop(() -> {
            EpollWire made = connecting(socket, connected::complete);
            made.listener(listener);
            boolean _ = socket.connect((InetSocketAddress) server.getLocalSocketAddress());
            made.register();
            return made;
          });
      Socket peer = server.accept();
      open.add(peer);
      if (connected.get(10, TimeUnit.SECONDS).isPresent()) {
        throw new IOException("not connected", connected.get().get());
      }
      return new Pair(wire, peer, socket.intValue());
    }
  }

  EpollWire connecting(LinuxSocket socket, Consumer<Optional<Throwable>> connected) {
    return EpollWire.toServer(sockets, socket, connected);
  }

  /** Bytes without an address, as answers of our own are; they are copied. */
  static ByteBuf heap(byte[] bytes) {
    return Unpooled.wrappedBuffer(bytes);
  }

  @Override
  public void close() throws IOException {
    for (Closeable closing : open) {
      closing.close();
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    sockets.close();
    long kept = allocator.metric().usedDirectMemory();
    if (kept != 0) {
      throw new IllegalStateException("%d bytes were not released".formatted(kept));
    }
  }
}
