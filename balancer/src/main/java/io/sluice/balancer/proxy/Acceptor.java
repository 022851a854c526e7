package io.sluice.balancer.proxy;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.HopRules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes clients in: each belongs to the loop on which its connection was accepted, and gets the
 * wire that it needs. What has to be found out before, such as TLS, HTTP/2 or for whom the
 * connection is, needs a channel with its pipeline.
 */
final class Acceptor implements Entrances.Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  private final Function<EventLoop, Loop> loops;

  /** Those of each loop; empty: clients' connections are channels. */
  private final Map<EventLoop, EpollSockets> sockets;

  /**
   * Takes clients in.
   *
   * @param loops which one has this thread now
   * @param sockets what plain sockets have in common, for each loop; empty: there are only channels
   */
  Acceptor(Function<EventLoop, Loop> loops, Map<EventLoop, EpollSockets> sockets) {
    this.loops = loops;
    this.sockets = Map.copyOf(sockets);
  }

  @Override
  public void receive(SocketChannel channel, Entrances.Reception reception) {
    InetSocketAddress local = channel.localAddress();
    InetSocketAddress remote = channel.remoteAddress();
    if (local == null || remote == null) {
      // It is gone already, and some transports don't remember who it was.
      var _ = channel.close();
      return;
    }
    Loop loop = loops.apply(channel.eventLoop());
    Hop hop = hop(remote, local, loop, reception.endpoint());
    ChannelPipeline pipeline = channel.pipeline();
    boolean introduced = introduced(remote, loop);
    if (introduced) {
      pipeline.addLast(new HAProxyMessageDecoder(), new ProxyHeader(hop));
    }
    reception.tls().ifPresent(ending -> pipeline.addLast(ending.handler(channel.alloc())));
    boolean priorKnowledge = reception.endpoint().priorKnowledge();
    pipeline.addLast(new ClientEvents(loop, hop, introduced, priorKnowledge));
  }

  private static Hop hop(
      InetSocketAddress remote, InetSocketAddress local, Loop loop, Endpoint endpoint) {
    Hop hop =
        new Hop(
            NetUtil.toAddressString(remote.getAddress()),
            NetUtil.toSocketAddressString(local),
            loop.config().hops(),
            endpoint.tls().isPresent(),
            endpoint.httpsPort());
    hop.between(remote, local);
    return hop;
  }

  /** Whether the connection begins with the header of a proxy. */
  private static boolean introduced(InetSocketAddress remote, Loop loop) {
    HopRules rules = loop.config().hops();
    return rules.proxyProtocol().contains(remote.getAddress());
  }

  @Override
  public void receive(
      IoEventLoop eventLoop, EpollListener.Accepted accepted, Entrances.Reception reception) {
    Loop loop = loops.apply(eventLoop);
    EpollSockets own = sockets.get(eventLoop);
    boolean plain = reception.tls().isEmpty() && !reception.endpoint().priorKnowledge();
    if (own == null || !plain || introduced(accepted.remote(), loop)) {
      receiveOverChannel(eventLoop, accepted.descriptor(), reception);
      return;
    }
    EpollWire wire = EpollWire.ofClient(own, new FileDescriptor(accepted.descriptor()));
    Hop hop = hop(accepted.remote(), accepted.local(), loop, reception.endpoint());
    ClientConnection client = new ClientConnection(loop, wire, hop, false);
    wire.listener(client);
    try {
      wire.register();
    } catch (IOException failed) {
      LOG.warn("a client can't be served: {}", failed.getMessage());
      return;
    }
    try {
      var _ = client.begin();
      loop.clients().count(client, hop);
    } catch (RuntimeException fault) {
      client.failed(fault);
    }
  }

  private void receiveOverChannel(
      EventLoop eventLoop, int descriptor, Entrances.Reception reception) {
    EpollSocketChannel channel;
    try {
      channel = new EpollSocketChannel(descriptor);
    } catch (ChannelException gone) {
      LOG.debug("a client is gone already: {}", gone.getMessage());
      EpollListener.close(new FileDescriptor(descriptor));
      return;
    }
    channel.config().setAllowHalfClosure(true).setWriteBufferWaterMark(Loop.WATER_MARK);
    channel
        .pipeline()
        .addLast(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel initialised) {
                receive(initialised, reception);
              }
            });
    var _ = eventLoop.register(channel);
  }
}
