package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;

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
  private final Loop loop;
  private final ClientSocket socket;
  private final Exchange exchange;
  private final Hop hop;
  private final Inbox inbox = new Inbox();
  private final HeadReader reader;
  private final Patience patience;
  private ClientPhase phase = ClientPhase.IDLE;
  private boolean inputEnded;
  private boolean advancing;

  ClientConnection(Loop loop, SocketChannel channel, Hop hop) {
    this.loop = loop;
    this.socket = new ClientSocket(channel);
    this.exchange = new Exchange(loop, this, hop);
    this.reader = new HeadReader(loop);
    this.hop = hop;
    this.patience = new Patience(loop);
  }

  void received(ByteBufAllocator allocator, ByteBuf bytes) {
    if (phase == ClientPhase.LINGERING || phase == ClientPhase.CLOSED) {
      bytes.release();
      return;
    }
    inbox.add(allocator, bytes);
    advance();
  }

  /**
   * The client ended its side; it may still read the response to a whole request. With epoll, this
   * release of Netty can't wait for room in the socket any more after that: a response larger than
   * the socket's buffer is then cut off, visibly.
   */
  void inputEnded() {
    inputEnded = true;
    boolean served = phase == ClientPhase.EXCHANGE && exchange.request().complete();
    if (!served) {
      socket.close();
    }
  }

  void gone() {
    boolean busy = phase == ClientPhase.EXCHANGE;
    phase = ClientPhase.CLOSED;
    if (busy) {
      loop.counters().add(exchange.request().tunnel() ? Count.TUNNELS_ENDED : Count.CLIENT_ABORTS);
      exchange.cancel();
    }
    inbox.clear();
  }

  /** The connection can't be used any more. */
  void broken() {
    if (phase == ClientPhase.EXCHANGE && exchange.response().endsSilently()) {
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
    if (phase == ClientPhase.IDLE && inputEnded) {
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
    if (phase == ClientPhase.IDLE) {
      phase = ClientPhase.HEAD;
      reader.reset();
      patience.forHead();
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
        String protocol = loop.rewrite(head, hop);
        phase = ClientPhase.EXCHANGE;
        exchange.begin(head, loop.outBuffer(0), protocol);
        yield true;
      }
    };
  }

  /** Passes on what is there of the body, if there is somebody to take it; never more to do. */
  private boolean passBody() {
    if (exchange.takesBody()) {
      inbox.giveBack(exchange.pass(inbox.take()));
      if (exchange.request().refused()) {
        exchangeBroken(Answer.refusal(exchange.request().chunks().refusal()));
      } else {
        awaitProgress();
      }
    }
    return false;
  }

  /** The client broke a rule in the middle of an exchange, or was too slow. */
  private void exchangeBroken(Answer answer) {
    boolean started = exchange.response().started();
    if (started) {
      exchange.cancel();
      loop.counters().add(answer.count());
      abort(true);
    } else {
      exchange.drop();
      refuse(answer);
    }
  }

  /** The request waits for a connection to a server, which has its own limit of time. */
  void waitForConnection() {
    patience.forConnection();
  }

  /** The exchange has a connection that can take bytes. */
  void connected() {
    awaitProgress();
    advance();
  }

  /** The wait for the next bytes, from whichever side they have to come, begins anew. */
  void awaitProgress() {
    patience.forProgress(exchange.request(), exchange.response().started());
  }

  /** The response is over, and was written to its end. */
  void exchangeEnded(boolean persistent) {
    socket.flush();
    if (persistent && !loop.refusing() && persistent()) {
      phase = ClientPhase.IDLE;
      patience.forNextRequest();
      advance();
    } else if (inbox.isEmpty() && exchange.request().complete()) {
      phase = ClientPhase.CLOSED;
      socket.closeAfterAll();
    } else {
      linger();
    }
  }

  /** Answers in the server's place. */
  void answer(Answer answer, boolean toHead, boolean persistent) {
    boolean stays = persistent && persistent();
    say(answer, !toHead, !stays);
    exchangeEnded(stays);
  }

  /**
   * Cuts the connection off in the middle of a response.
   *
   * @param reset whether only a reset shows that something is missing
   */
  void abort(boolean reset) {
    phase = ClientPhase.CLOSED;
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
    say(answer, true, true);
    linger();
  }

  private void say(Answer answer, boolean body, boolean close) {
    loop.counters().add(answer.count());
    exchange.account().answered(answer, phase == ClientPhase.EXCHANGE);
    socket.write(Unpooled.wrappedBuffer(answer.bytes(loop, body, close)));
  }

  private void linger() {
    phase = ClientPhase.LINGERING;
    inbox.clear();
    patience.forLinger();
    if (inputEnded) {
      socket.closeAfterAll();
    } else {
      socket.endAfterAll();
      socket.read(true);
    }
  }

  /** There are too many others. */
  void turnAway() {
    phase = ClientPhase.CLOSED;
    say(Answer.TOO_MANY, true, true);
    socket.closeAfterAll();
  }

  /** Acts if the time is up, or the client is too slow. */
  void sweep(long nowNanos) {
    boolean sends = phase == ClientPhase.EXCHANGE && exchange.awaitsBody();
    if (!patience.over(sends, exchange.request().received(), socket, nowNanos)) {
      if (phase == ClientPhase.EXCHANGE) {
        exchange.overdue().check(patience.answeringNanos(nowNanos), nowNanos);
      }
      return;
    }
    switch (phase) {
      case IDLE, LINGERING, CLOSED -> socket.close();
      case HEAD -> refuse(Answer.CLIENT_TIMED_OUT);
      case EXCHANGE -> {
        boolean started = exchange.response().started();
        if (started ? !socket.writable() : sends) {
          exchangeBroken(Answer.CLIENT_TIMED_OUT);
        } else {
          exchange.serverTimedOut();
        }
      }
    }
  }

  ClientSocket socket() {
    return socket;
  }

  Exchange exchange() {
    return exchange;
  }

  /** Whether nothing is under way. */
  boolean idle() {
    return phase == ClientPhase.IDLE;
  }

  /** Bytes that are held in memory for this connection, on both sides. */
  long bufferedBytes() {
    return inbox.size() + socket.bufferedBytes() + exchange.bufferedBytes();
  }
}
