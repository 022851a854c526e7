package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.http.ResponseRewrite;

/** How HTTP/1 writes a response to its wire. */
abstract class Http1Downstream implements Downstream {
  final Loop loop;
  final Wire socket;

  Http1Downstream(Loop loop, Wire socket) {
    this.loop = loop;
    this.socket = socket;
  }

  abstract Exchange exchange();

  @Override
  public BodyEnd bodyEnd() {
    return exchange().request().http10() ? BodyEnd.CONNECTION : BodyEnd.CHUNKS;
  }

  @Override
  public void interim(ResponseHead head) {
    ResponseRewrite.writeInterim(head, loop.out());
    socket.write(loop.outBuffer(0));
  }

  @Override
  public void head(ResponseHead head, boolean unchunked, byte[] binding, ByteBuf first) {
    ResponseRewrite.Extras extras = new ResponseRewrite.Extras(loop.date(), binding);
    ResponseRewrite.write(head, exchange().response().told(), unchunked, extras, loop.out());
    socket.write(loop.outBuffer(first.readableBytes()).writeBytes(first));
  }

  @Override
  public void switched(ResponseHead head, String protocol) {
    ResponseRewrite.writeSwitch(head, protocol, loop.out());
    socket.write(loop.outBuffer(0));
  }

  @Override
  public void body(ByteBuf bytes) {
    socket.write(bytes);
  }

  @Override
  public void trailers(byte[] lines) {
    // They went with the chunks; HTTP/1.0 has none.
  }

  @Override
  public void flush() {
    socket.flush();
  }

  @Override
  public boolean writable() {
    return socket.writable();
  }

  @Override
  public void endAfterAll() {
    socket.endAfterAll();
  }
}
