package io.sluice.balancer.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes connections that are channels of Netty's. */
final class ChannelConnector implements Connector {
  private final Bootstrap bootstrap;
  private final ServerTls tls;
  private final Duration handshakeMax;

  /**
   * For the connections of one loop.
   *
   * @param tls speaks TLS with those servers that do
   */
  ChannelConnector(EventLoop eventLoop, Sockets sockets, ProxyTimeouts timeouts, ServerTls tls) {
    this.tls = tls;
    this.handshakeMax = timeouts.connect();
    this.bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channel(sockets.connection())
            .disableResolver()
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Loop.WATER_MARK)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(timeouts.connect().toMillis()));
  }

  @Override
  public void connect(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone) {
    if (ServerTls.speaks(connection.slot().target())) {
      connectSecurely(address, connection, whenDone);
      return;
    }
    var _ =
        bootstrap
            .clone()
            .handler(new ChannelWire(connection::over))
            .connect(address)
            .addListener(done -> whenDone.accept(Optional.ofNullable(done.cause())));
  }

  /** There is a connection once both sides have agreed, and the server is who it should be. */
  private void connectSecurely(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone) {
    SslHandler handler = tls.handler(connection.slot().target(), handshakeMax);
    ChannelInitializer<Channel> both =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(handler, new SecureWire(connection::over));
          }
        };
    var _ =
        bootstrap
            .clone()
            .handler(both)
            .connect(address)
            .addListener(done -> {
              if (done.isSuccess()) {
                var _ =
                    handler
                        .handshakeFuture()
                        .addListener(
                            agreed -> whenDone.accept(Optional.ofNullable(agreed.cause())));
              } else {
                whenDone.accept(Optional.of(done.cause()));
              }
            });
  }
}
