package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestRewrite;
import java.time.Duration;

/**
 * A client's connection: takes one request after the other, and gives each to the exchange.
 *
 * <pre>
 *   IDLE ──first byte──▶ HEAD ──head whole──▶ EXCHANGE ──response over──▶ IDLE
 *                          │                      │
 *                          └── refused ──▶ LINGERING ◀── answered before all was read
 * </pre>
 */
final class ClientConnection {
  private enum Phase {
    IDLE,
    HEAD,
    EXCHANGE,
    /** The last answer is on its way; what still comes is thrown away, so that it arrives. */
    LINGERING,
    CLOSED
  }

  private static final Duration NEVER = Duration.ofDays(365);

  private final Loop loop;
  private final ProxyTimeouts timeouts;
  private final ClientSocket socket;
  private final Exchange exchange;
  private final Hop hop;
  private final Inbox inbox = new Inbox();
  private final HeadReader reader;
  private Phase phase = Phase.IDLE;
  private boolean inputEnded;
  private boolean advancing;
  private long deadlineNanos;

  ClientConnection(Loop loop, SocketChannel channel, Hop hop) {
    this.loop = loop;
    this.timeouts = loop.config().timeouts();
    this.socket = new ClientSocket(channel);
    this.exchange = new Exchange(loop, this);
    this.reader = new HeadReader(loop);
    this.hop = hop;
    deadline(timeouts.clientHead());
  }

  void received(ByteBufAllocator allocator, ByteBuf bytes) {
    if (phase == Phase.LINGERING || phase == Phase.CLOSED) {
      bytes.release();
      return;
    }
    inbox.add(allocator, bytes);
    advance();
  }

  /**
   * The client ended its side. If it sent its whole request, it may still read the response. With
   * epoll, this release of Netty can't wait for room in the socket any more after that: a response
   * that is larger than the socket's buffer is then cut off, visibly.
   */
  void inputEnded() {
    inputEnded = true;
    boolean served = phase == Phase.EXCHANGE && exchange.request().complete();
    if (!served) {
      socket.close();
    }
  }

  void gone() {
    boolean busy = phase == Phase.EXCHANGE;
    phase = Phase.CLOSED;
    if (busy) {
      loop.counters().add(Count.CLIENT_ABORTS);
      exchange.cancel();
    }
    inbox.clear();
  }

  /** The connection can't be used any more. */
  void broken() {
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
    exchange.flush();
    if (phase == Phase.IDLE && inputEnded) {
      socket.close();
    }
    if (!inputEnded) {
      socket.read(wantsToRead());
    }
  }

  private boolean wantsToRead() {
    return switch (phase) {
      case IDLE, HEAD, LINGERING, CLOSED -> true;
      case EXCHANGE -> inbox.isEmpty() && !exchange.stuck();
    };
  }

  /** Reads a head; true if it was whole. */
  private boolean readHead() {
    if (phase == Phase.IDLE) {
      phase = Phase.HEAD;
      reader.reset();
      deadline(timeouts.clientHead());
    }
    RequestHead head = loop.requestHead();
    return switch (reader.read(inbox.look())) {
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
    if (exchange.takesBody()) {
      inbox.giveBack(exchange.pass(inbox.take()));
      if (exchange.request().refused()) {
        bodyRefused(Answer.refusal(exchange.request().chunks().refusal()));
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
    if (exchange.takesBody() && !exchange.response().started()) {
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

  Exchange exchange() {
    return exchange;
  }

  /** Whether nothing is under way. */
  boolean idle() {
    return phase == Phase.IDLE;
  }

  /** Bytes that are held in memory for this connection, on both sides. */
  long bufferedBytes() {
    return inbox.size() + socket.bufferedBytes() + exchange.bufferedBytes();
  }
}
