package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's part of an {@link Http2Server}: writes its frames, keeps windows, and tells it where the
 * server breaks rules.
 */
final class Http2ServerCodec extends Http2Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Http2ServerCodec.class);
  private static final long PING = 0x736c75696365L;
  private static final int HEADER_TABLE_BYTES = 4096;

  private final Http2Server server;

  private Http2ServerCodec(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      Http2Server server) {
    super(decoder, encoder, settings);
    this.server = server;
    connection().addListener(new Ends());
  }

  static Http2ServerCodec of(Http2Server server, ProxyConfig config) {
    return new Builder(server, config).build();
  }

  /** What ends by itself, in Netty's eyes. */
  private final class Ends extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      server.closed(stream.id());
    }

    @Override
    public void onGoAwayReceived(int lastStream, long code, ByteBuf why) {
      server.goAway(lastStream);
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    begin(ctx);
    super.handlerAdded(ctx);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    super.channelActive(ctx);
    // Each stream has a window of its own: none may wait for who reads another one.
    int all = Http2Server.STREAMS_MAX * Http2Server.WINDOW_BYTES;
    var flow = connection().local().flowController();
    flow.incrementWindowSize(connection().connectionStream(), all - Http2Config.WINDOW_LEAST_BYTES);
    ctx.flush();
  }

  ChannelFuture writeHead(int id, Http2Headers fields, boolean ends) {
    return encoder().writeHeaders(context(), id, fields, 0, ends, promise());
  }

  ChannelFuture writeBody(int id, ByteBuf bytes, boolean ends) {
    return encoder().writeData(context(), id, bytes, 0, ends, promise());
  }

  void reset(int id, Http2Error error) {
    if (connection().stream(id) != null) {
      var _ = resetStream(context(), id, error.code(), promise());
      flush();
    }
  }

  void ping() {
    var _ = encoder().writePing(context(), false, PING, promise());
    flush();
  }

  /** What is remembered for the server costs us memory, too. */
  void limitTable() {
    var table = encoder().configuration().headersConfiguration();
    try {
      table.maxHeaderTableSize(Math.min(table.maxHeaderTableSize(), HEADER_TABLE_BYTES));
    } catch (Http2Exception fault) {
      onError(context(), true, fault);
    }
  }

  /** Says why it ends. */
  void calm() {
    var _ =
        goAway(context(), 0, Http2Error.ENHANCE_YOUR_CALM.code(), Unpooled.EMPTY_BUFFER, promise());
    flush();
    var _ = context().close();
  }

  void close() {
    if (begun()) {
      var _ = context().close();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    server.heard();
    super.decode(ctx, bytes, out);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    server.readComplete();
    super.channelReadComplete(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    server.gone();
    super.channelInactive(ctx);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception fault) {
    if (fault == null && !(cause instanceof IOException)) {
      LOG.error("connection {} to a server failed by a fault of our own", ctx.channel(), cause);
    }
    String what = String.valueOf(cause.getMessage());
    server.failed(new IOException("the server breaks rules of HTTP/2: " + what, cause));
    super.onConnectionError(ctx, outbound, cause, fault);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      server.failed(cause);
      var _ = ctx.close();
      return;
    }
    super.exceptionCaught(ctx, cause);
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2ServerCodec, Builder> {
    private final Http2Server server;

    Builder(Http2Server server, ProxyConfig config) {
      this.server = server;
      server(false);
      initialSettings(
          new Http2Settings()
              .pushEnabled(false)
              .initialWindowSize(Http2Server.WINDOW_BYTES)
              .maxHeaderListSize(config.heads().headMaxBytes()));
      // Clients that leave take their requests back, as often as they do.
      encoderEnforceMaxRstFramesPerWindow(0, 0);
      decoderEnforceMaxRstFramesPerWindow(0, 0);
      decoderEnforceMaxConsecutiveEmptyDataFrames(0);
      // What a server does not take, it says itself.
      encoderIgnoreMaxHeaderListSize(true);
      frameListener(new Http2ServerFrames(server));
    }

    @Override
    protected Http2ServerCodec build() {
      return super.build();
    }

    @Override
    protected Http2ServerCodec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2ServerCodec(decoder, encoder, settings, server);
    }
  }
}
