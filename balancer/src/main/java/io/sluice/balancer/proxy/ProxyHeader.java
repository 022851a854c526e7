package io.sluice.balancer.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.NetUtil;
import io.sluice.balancer.http.Hop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in for whom a connection is from the header of the PROXY protocol, version 1 or 2, with
 * which it has to begin. Without one it is closed: from who may send headers, whatever else comes
 * could be a client's that pretends to be another one.
 */
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

  /** What is said to those behind. */
  enum Said {
    /** For whom the connection is. */
    FOR_WHOM
  }

  private final Hop hop;

  ProxyHeader(Hop hop) {
    this.hop = hop;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HAProxyMessage header)
      throws UnknownHostException {
    boolean proxied = header.command() == HAProxyCommand.PROXY;
    boolean stream = header.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM;
    byte @Nullable [] source =
        NetUtil.createByteArrayFromIpAddressString(String.valueOf(header.sourceAddress()));
    // What the proxy asks for itself, such as whether we are well, is its own.
    if (proxied && stream && source != null) {
      hop.comesFrom(NetUtil.toAddressString(InetAddress.getByAddress(source)));
      hop.between(
          new InetSocketAddress(InetAddress.getByAddress(source), header.sourcePort()),
          new InetSocketAddress(destination(header), header.destinationPort()));
    }
    ctx.fireUserEventTriggered(Said.FOR_WHOM);
    ctx.pipeline().remove(this);
  }

  private InetAddress destination(HAProxyMessage header) throws UnknownHostException {
    byte @Nullable [] said =
        NetUtil.createByteArrayFromIpAddressString(String.valueOf(header.destinationAddress()));
    return said == null ? hop.destination().getAddress() : InetAddress.getByAddress(said);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection {} without a PROXY header: {}", ctx.channel(), cause.toString());
    var _ = ctx.close();
  }
}
