package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.sluice.balancer.limit.FrameBudget;

/** The frames that come from a server, in the words of {@link Http2Server}. */
final class Http2ServerFrames extends Http2FrameAdapter {
  private final Http2Server server;

  Http2ServerFrames(Http2Server server) {
    this.server = server;
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean ends) {
    return server.body(streamId, data, padding, ends);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean ends) {
    server.head(streamId, headers, ends);
  }

  @Override
  // The signature is Netty's.
  @SuppressWarnings("TooManyParameters")
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean ends) {
    server.head(streamId, headers, ends);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
    server.reset(streamId, errorCode);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
    server.settings();
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) {
    server.charge(FrameBudget.FRAME_COST);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext ctx, long data) {
    server.pinged(System.nanoTime());
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx, int streamId, int dependency, short weight, boolean exclusive) {
    server.charge(FrameBudget.FRAME_COST);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
    server.charge(FrameBudget.FRAME_COST);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext ctx, byte type, int streamId, Http2Flags flags, ByteBuf payload) {
    server.charge(FrameBudget.FRAME_COST);
  }
}
