package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestRewrite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: takes one request after the other, and gives each to the exchange.
 *
 * <pre>
 *   IDLE ──first byte──▶ HEAD ──head whole──▶ EXCHANGE ──response over──▶ IDLE
 *                          │                      │
 *                          └── refused ──▶ LINGERING ◀── answered before all was read
 * </pre>
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private enum Phase {
    IDLE,
    HEAD,
    EXCHANGE,
    /** The last answer is on its way; what still comes is thrown away, so that it arrives. */
    LINGERING,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
  private static final Duration NEVER = Duration.ofDays(365);

  private final Loop loop;
  private final ProxyTimeouts timeouts;
  private final ClientSocket socket;
  private final Exchange exchange;
  private final Hop hop;
  private final Inbox inbox = new Inbox();
  private Phase phase = Phase.IDLE;
  private int scanned;
  private boolean inputEnded;
  private boolean advancing;
  private long deadlineNanos;

  ClientConnection(Loop loop, SocketChannel channel) {
    this.loop = loop;
    this.timeouts = loop.config().timeouts();
    this.socket = new ClientSocket(channel);
    this.exchange = new Exchange(loop, this);
    InetSocketAddress local = channel.localAddress();
    this.hop =
        new Hop(
            channel.remoteAddress().getAddress().getHostAddress(),
            local.getAddress().getHostAddress() + ":" + local.getPort(),
            loop.config().forwardedTrusted());
    deadline(timeouts.clientHead());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (phase == Phase.LINGERING || phase == Phase.CLOSED) {
      bytes.release();
      return;
    }
    inbox.add(ctx.alloc(), bytes);
    advance();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (phase == Phase.EXCHANGE) {
      exchange.clientWritabilityChanged();
    }
  }

  /**
   * A client that sent its whole request may end its side and still read the response. With epoll,
   * this release of Netty can't wait for room in the socket any more after that: a response that is
   * larger than the socket's buffer is then cut off, visibly.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      boolean served = phase == Phase.EXCHANGE && exchange.request().complete();
      if (!served) {
        socket.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    boolean busy = phase == Phase.EXCHANGE;
    phase = Phase.CLOSED;
    if (busy) {
      loop.counters().add(Count.CLIENT_ABORTS);
      exchange.cancel();
    }
    inbox.clear();
    loop.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      LOG.error("connection of client {} failed by a fault of our own", socket, cause);
    }
    if (phase == Phase.EXCHANGE && exchange.response().endsSilently()) {
      socket.reset();
    } else {
      socket.close();
    }
  }

  /** Does all that the bytes at hand allow: several small requests may lie in one buffer. */
  private void advance() {
    if (advancing) {
      return;
    }
    advancing = true;
    boolean again = true;
    while (again && !inbox.isEmpty()) {
      again =
          switch (phase) {
            case IDLE, HEAD -> readHead();
            case EXCHANGE -> passBody();
            case LINGERING, CLOSED -> {
              inbox.clear();
              yield false;
            }
          };
    }
    advancing = false;
    flushUpstream();
    if (phase == Phase.IDLE && inputEnded) {
      socket.close();
    }
    if (!inputEnded) {
      socket.read(wantsToRead());
    }
  }

  private boolean wantsToRead() {
    UpstreamConnection upstream = exchange.upstream();
    return switch (phase) {
      case IDLE, HEAD, LINGERING, CLOSED -> true;
      case EXCHANGE -> {
        boolean stuck = !exchange.request().complete() && upstream != null && !upstream.writable();
        yield inbox.isEmpty() && !stuck;
      }
    };
  }

  private void flushUpstream() {
    UpstreamConnection upstream = exchange.upstream();
    if (upstream != null) {
      upstream.flush();
    }
  }

  /** Reads a head; true if it was whole. */
  private boolean readHead() {
    ByteBuf bytes = inbox.look();
    if (phase == Phase.IDLE) {
      phase = Phase.HEAD;
      scanned = 0;
      deadline(timeouts.clientHead());
    }
    boolean worthwhile = scanned == 0 || Heads.worthScanning(bytes, scanned, loop.config().heads());
    scanned = bytes.readableBytes();
    if (!worthwhile) {
      return false;
    }
    RequestHead head = loop.requestHead();
    return switch (head.scan(loop.scratch(), 0, loop.toScratch(bytes))) {
      case INCOMPLETE -> false;
      case REFUSED -> {
        refuse(Answer.refusal(head.refusal()));
        yield false;
      }
      case COMPLETE -> {
        inbox.skip(head.end());
        RequestRewrite.write(head, hop, loop.nextRequestId(), loop.out());
        phase = Phase.EXCHANGE;
        exchange.begin(head, loop.outBuffer(0));
        yield true;
      }
    };
  }

  /** Passes on what is there of the body, if there is somebody to take it; never more to do. */
  private boolean passBody() {
    UpstreamConnection upstream = exchange.upstream();
    RequestRelay request = exchange.request();
    if (upstream != null && !request.complete() && upstream.writable()) {
      inbox.giveBack(request.pass(inbox.take(), upstream));
      if (request.refused()) {
        bodyRefused(Answer.refusal(request.chunks().refusal()));
      } else {
        awaitProgress();
      }
    }
    return false;
  }

  private void bodyRefused(Answer answer) {
    boolean started = exchange.response().started();
    exchange.cancel();
    if (started) {
      loop.counters().add(answer.count());
      abort(true);
    } else {
      refuse(answer);
    }
  }

  /** The request waits for a connection to a server, which has its own limit of time. */
  void waitForConnection() {
    deadline(NEVER);
  }

  /** The exchange has a connection that can take bytes. */
  void connected() {
    awaitProgress();
    advance();
  }

  /** The wait for the next bytes, from whichever side they have to come, begins anew. */
  void awaitProgress() {
    boolean answering = exchange.request().complete() && !exchange.response().started();
    deadline(answering ? timeouts.responseHead() : timeouts.bodyIdle());
  }

  /** The response is over, and was written to its end. */
  void exchangeEnded(boolean persistent) {
    socket.flush();
    if (persistent && persistent()) {
      phase = Phase.IDLE;
      deadline(timeouts.keepAliveIdle());
      advance();
    } else if (inbox.isEmpty() && exchange.request().complete()) {
      phase = Phase.CLOSED;
      socket.closeAfterAll();
    } else {
      linger();
    }
  }

  /** Answers in the server's place. */
  void answer(Answer answer, boolean toHead, boolean persistent) {
    boolean stays = persistent && persistent();
    loop.counters().add(answer.count());
    socket.write(Unpooled.wrappedBuffer(answer.bytes(loop, !toHead, !stays)));
    exchangeEnded(stays);
  }

  /**
   * Cuts the connection off in the middle of a response.
   *
   * @param reset whether only a reset shows that something is missing
   */
  void abort(boolean reset) {
    phase = Phase.CLOSED;
    socket.flush();
    if (reset) {
      socket.reset();
    } else {
      socket.close();
    }
  }

  /** Whether another request may come. */
  boolean persistent() {
    return !loop.closing() && (!inputEnded || !inbox.isEmpty());
  }

  private void refuse(Answer answer) {
    loop.counters().add(answer.count());
    socket.write(Unpooled.wrappedBuffer(answer.bytes(loop, true, true)));
    linger();
  }

  private void linger() {
    phase = Phase.LINGERING;
    inbox.clear();
    deadline(timeouts.linger());
    if (inputEnded) {
      socket.closeAfterAll();
    } else {
      socket.endAfterAll();
      socket.read(true);
    }
  }

  /** Acts if the time is up. */
  void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos < 0) {
      return;
    }
    switch (phase) {
      case IDLE, LINGERING, CLOSED -> socket.close();
      case HEAD -> refuse(Answer.CLIENT_TIMED_OUT);
      case EXCHANGE -> exchangeTimedOut();
    }
  }

  private void exchangeTimedOut() {
    UpstreamConnection upstream = exchange.upstream();
    boolean clientSilent =
        !exchange.request().complete() && upstream != null && upstream.writable();
    if (clientSilent && !exchange.response().started()) {
      exchange.cancel();
      refuse(Answer.CLIENT_TIMED_OUT);
    } else {
      exchange.serverTimedOut();
    }
  }

  private void deadline(Duration wait) {
    deadlineNanos = loop.nowNanos() + wait.toNanos();
  }

  ClientSocket socket() {
    return socket;
  }

  /** Closes if nothing is under way; otherwise the response under way is the last one. */
  void closeWhenIdle() {
    if (phase == Phase.IDLE) {
      socket.close();
    }
  }

  void closeNow() {
    socket.close();
  }

  /** Bytes that are held in memory for this connection, on both sides. */
  long bufferedBytes() {
    return inbox.size() + socket.bufferedBytes() + exchange.bufferedBytes();
  }
}
