package io.sluice.provisioner.fleet.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way to an engine that can be cut, as if its host were gone, and mended; or can hang, so that
 * what is said gets no further, and go on.
 */
final class Lane implements AutoCloseable {
  private final URI engine;
  private final ServerSocketChannel door;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean cut;
  private volatile boolean hangs;

  Lane(URI engine) throws IOException {
    this.engine = engine;
    this.door =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(this::accept);
  }

  URI address() throws IOException {
    return URI.create("tcp://127.0.0.1:" + ((InetSocketAddress) door.getLocalAddress()).getPort());
  }

  void cut() {
    cut = true;
    open.forEach(Lane::close);
  }

  void mend() {
    cut = false;
  }

  void hang() {
    hangs = true;
  }

  void goOn() {
    lock.lock();
    try {
      hangs = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitGoingOn() {
    lock.lock();
    try {
      while (hangs) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (true) {
      try {
        SocketChannel client = door.accept();
        open.add(client);
        if (cut) {
          close(client);
        } else {
          SocketChannel server = connect();
          open.add(server);
          Thread.ofVirtual().start(() -> pass(client, server));
          Thread.ofVirtual().start(() -> pass(server, client));
        }
      } catch (AsynchronousCloseException over) {
        return;
      } catch (IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      }
    }
  }

  private SocketChannel connect() throws IOException {
    if ("unix".equals(engine.getScheme())) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(engine.getPath()));
      return channel;
    }
    return SocketChannel.open(new InetSocketAddress(engine.getHost(), engine.getPort()));
  }

  private void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16_384);
    try {
      while (from.read(buffer) >= 0) {
        awaitGoingOn();
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException over) {
      // One side is gone: the other shall be, too.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    goOn();
    cut();
  }
}
