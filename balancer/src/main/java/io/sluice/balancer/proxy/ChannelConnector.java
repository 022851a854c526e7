package io.sluice.balancer.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes connections that are channels of Netty's. */
final class ChannelConnector implements Connector {
  private final Bootstrap bootstrap;

  ChannelConnector(EventLoop eventLoop, Sockets sockets, ProxyTimeouts timeouts) {
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
    var _ =
        bootstrap
            .clone()
            .handler(new ChannelWire(connection::over))
            .connect(address)
            .addListener(done -> whenDone.accept(Optional.ofNullable(done.cause())));
  }
}
