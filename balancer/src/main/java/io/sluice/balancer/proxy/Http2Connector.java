package io.sluice.balancer.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes streams to servers that speak HTTP/2, over as few connections as have room for them; those
 * to other servers are made by another connector.
 */
final class Http2Connector implements Connector {
  private final EventLoop eventLoop;
  private final Bootstrap bootstrap;
  private final ProxyConfig config;
  private final Counters counters;
  private final Connector others;
  private final List<Http2Server> servers = new ArrayList<>();

  /** Those that take no further streams, until they are closed. */
  private final List<Http2Server> leaving = new ArrayList<>();

  private boolean sweeping;

  /**
   * For the connections of one loop.
   *
   * @param others makes those to servers that speak HTTP/1
   */
  Http2Connector(
      EventLoop eventLoop,
      Sockets sockets,
      ProxyConfig config,
      Counters counters,
      Connector others) {
    this.eventLoop = eventLoop;
    this.config = config;
    this.counters = counters;
    this.others = others;
    this.bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channel(sockets.connection())
            .disableResolver()
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(config.timeouts().connect().toMillis()));
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  @Override
  public void connect(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone) {
    if (connection.slot().target().http2()) {
      Http2Server.Order order = new Http2Server.Order(address, connection, whenDone);
      eventLoop.execute(() -> place(order));
    } else {
      others.connect(address, connection, whenDone);
    }
  }

  /** Gives the order to a connection that has room for it, or to a new one. */
  void place(Http2Server.Order order) {
    ServerSlot slot = order.connection().slot();
    for (Http2Server server : servers) {
      if (server.slot() == slot && server.takes()) {
        server.take(order, System.nanoTime());
        return;
      }
    }
    Http2Server server = new Http2Server(this, slot, config);
    servers.add(server);
    server.take(order, System.nanoTime());
    sweepSoon();
    var _ =
        bootstrap
            .clone()
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(introduction(), server.codec());
                  }
                })
            .connect(order.address())
            .addListener(done -> {
              if (!done.isSuccess()) {
                server.failed(done.cause());
                server.gone();
              }
            });
  }

  /** Many share the connection, so that it is for nobody. */
  private ChannelHandler introduction() {
    byte[] header = config.servers().proxyHeaders().ofOurOwn();
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        if (header.length > 0) {
          var _ = ctx.write(Unpooled.wrappedBuffer(header));
        }
        ctx.fireChannelActive();
      }
    };
  }

  /** A connection came about. */
  void made() {
    counters.add(Count.UPSTREAM_CONNECTIONS);
  }

  /** It takes no further streams. */
  void forget(Http2Server server) {
    if (servers.remove(server)) {
      leaving.add(server);
    }
  }

  private void sweepSoon() {
    if (!sweeping) {
      sweeping = true;
      var _ = eventLoop.schedule(this::sweep, Loop.SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    leaving.removeIf(Http2Server::over);
    List.copyOf(servers).forEach(server -> server.sweep(now));
    List.copyOf(leaving).forEach(server -> server.sweep(now));
    if (!servers.isEmpty() || !leaving.isEmpty()) {
      sweepSoon();
    }
  }
}
