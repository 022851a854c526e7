package io.sluice.balancer.proxy;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes connections that are plain sockets of Linux, and leaves those over TLS to channels. */
final class EpollConnector implements Connector {
  private final EpollSockets sockets;
  private final Connector channels;
  private final Duration connectMax;

  /**
   * For the connections of one loop.
   *
   * @param channels makes those over TLS
   * @param connectMax how long one may take to come about
   */
  EpollConnector(EpollSockets sockets, Connector channels, Duration connectMax) {
    this.sockets = sockets;
    this.channels = channels;
    this.connectMax = connectMax;
  }

  @Override
  public void connect(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone) {
    if (ServerTls.speaks(connection.slot().target())) {
      channels.connect(address, connection, whenDone);
      return;
    }
    try {
      begin(address, connection, whenDone);
    } catch (IOException | RuntimeException failed) {
      sockets.eventLoop().execute(() -> whenDone.accept(Optional.of(failed)));
    }
  }

  private void begin(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone)
      throws IOException {
    LinuxSocket socket = LinuxSocket.newSocketStream(address.getAddress() instanceof Inet6Address);
    ScheduledFuture<?>[] late = new ScheduledFuture<?>[1];
    EpollWire wire =
        EpollWire.toServer(
            sockets,
            socket,
            failure -> {
              late[0].cancel(false);
              whenDone.accept(failure);
            });
    wire.listener(connection.over(wire));
    try {
      late[0] =
          sockets
              .eventLoop()
              .schedule(() -> wire.notConnected(late(address)), connectMax.toNanos(), NANOSECONDS);
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      // Whether it is there at once or not: it is told in a later turn.
      boolean _ = socket.connect(address);
      wire.register();
    } catch (IOException | RuntimeException failed) {
      if (late[0] != null) {
        late[0].cancel(false);
      }
      socket.close();
      throw failed;
    }
  }

  private ConnectTimeoutException late(InetSocketAddress address) {
    return new ConnectTimeoutException(
        "connection timed out after %d ms: %s".formatted(connectMax.toMillis(), address));
  }
}
