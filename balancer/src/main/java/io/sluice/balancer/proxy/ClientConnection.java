package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.BodyKind;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestMethod;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
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
final class ClientConnection extends Http1Downstream implements Client, Wire.Listener, Beginner {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** In so many sweeps, 0.1 to 0.2 s. Not by the clock: who is held up reads an end late. */
  private static final int WITH_REQUEST_SWEEPS = 2;

  /** How much is read of what comes behind a request that is under way. */
  private static final int AHEAD_MAX_BYTES = 16 * 1024;

  private final int number;
  private final Exchange exchange;
  private final Hop hop;
  private final Inbox inbox = new Inbox();
  private final HeadReader reader;
  private final Patience patience;
  private ClientPhase phase = ClientPhase.IDLE;
  private boolean inputEnded;

  /** At which sweep the last request was whole. */
  private long wholeSince;

  /** Its side ended so late that it has probably left. */
  private boolean leaves;

  private boolean advancing;
  private boolean postponed;

  /** Why it is turned away; null: it is not. */
  private @Nullable Answer turnedAway;

  private boolean undecided;

  /** A client's connection; of one that is undecided, {@link #decided} tells what it speaks. */
  ClientConnection(Loop loop, Wire wire, Hop hop, boolean undecided) {
    super(loop, wire);
    this.undecided = undecided;
    this.number = loop.clients().number();
    this.exchange = new Exchange(loop, this, hop);
    this.reader = new HeadReader(loop);
    this.hop = hop;
    this.patience = new Patience(loop);
  }

  /** The client is there. */
  Wire.Listener begin() {
    loop.clients().opened(this);
    return this;
  }

  @Override
  public void received(ByteBuf bytes) {
    if (phase == ClientPhase.LINGERING || phase == ClientPhase.CLOSED) {
      bytes.release();
      return;
    }
    inbox.add(loop.allocator(), bytes);
    advance();
  }

  /** The client ended its side: with its request, it wants the response; later, it has left. */
  @Override
  public void inputEnded() {
    inputEnded = true;
    switch (phase) {
      case IDLE, HEAD -> advance();
      case LINGERING -> socket.closeAfterAll();
      case CLOSED -> {}
      case EXCHANGE -> {
        boolean late = loop.sweeps() - wholeSince >= WITH_REQUEST_SWEEPS;
        leaves = late && !exchange.request().tunnel();
        if (leaves && !exchange.response().started()) {
          close();
        } else {
          advance();
        }
      }
    }
  }

  @Override
  public void readComplete() {
    // What came was looked at as it came.
  }

  @Override
  public void closed() {
    boolean busy = phase == ClientPhase.EXCHANGE;
    phase = ClientPhase.CLOSED;
    if (busy) {
      loop.counters().add(exchange.request().tunnel() ? Count.TUNNELS_ENDED : Count.CLIENT_ABORTS);
      exchange.cancel();
    }
    exchange.closeOwn();
    inbox.clear();
    loop.clients().closed(this);
  }

  @Override
  public void failed(Throwable cause) {
    boolean theirs = cause instanceof IOException || cause.getCause() instanceof SSLException;
    if (!theirs) {
      LOG.error("connection {} of a client failed by a fault of our own", socket, cause);
    }
    close();
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
            // Who does not read what was asked for before can't ask for more.
            case IDLE, HEAD -> socket.writable() && mayBegin() && readHead();
            case EXCHANGE -> passBody();
            case LINGERING, CLOSED -> {
              inbox.clear();
              yield false;
            }
          };
    }
    advancing = false;
    exchange.flush();
    if (inputEnded) {
      inputUsedUp();
    } else {
      socket.read(wantsToRead());
    }
  }

  private boolean mayBegin() {
    postponed = postponed || !loop.mayBegin(this);
    return !postponed;
  }

  @Override
  public void takeTurn() {
    postponed = false;
    advance();
  }

  /** Nothing more comes: what can be made of what is there? */
  private void inputUsedUp() {
    switch (phase) {
      case IDLE -> {
        if (inbox.isEmpty() || (socket.writable() && !postponed)) {
          closeIdle();
        }
      }
      case HEAD -> {
        if (!postponed) {
          closeIdle();
        }
      }
      case EXCHANGE -> {
        boolean unfinished = inbox.isEmpty() && !exchange.request().complete();
        if (unfinished && exchange.request().tunnel()) {
          exchange.clientEnded();
        } else if (unfinished) {
          close();
        }
      }
      case LINGERING, CLOSED -> {}
    }
  }

  private boolean wantsToRead() {
    return switch (phase) {
      case IDLE, HEAD -> socket.writable() && !postponed;
      case LINGERING, CLOSED -> true;
      // A little ahead: the end behind a body is not seen otherwise while a server is waited for.
      case EXCHANGE -> inbox.size() < AHEAD_MAX_BYTES && !exchange.stuck();
    };
  }

  @Override
  public void writabilityChanged() {
    exchange.clientWritabilityChanged();
    if (socket.writable() && (phase == ClientPhase.IDLE || phase == ClientPhase.HEAD)) {
      advance();
    }
  }

  /** Reads a head; true if it was whole. */
  private boolean readHead() {
    if (phase == ClientPhase.IDLE) {
      if (inbox.onlyAnEmptyLine()) {
        // Old clients send one behind the body of a POST: it is no beginning of a request.
        return false;
      }
      phase = ClientPhase.HEAD;
      reader.reset();
      patience.forHead();
    }
    RequestHead head = loop.requestHead();
    return switch (reader.read(inbox.look(), size -> head.scan(loop.scratch(), 0, size))) {
      case INCOMPLETE -> false;
      case REFUSED -> {
        refuse(Answer.refusal(head.refusal()));
        yield false;
      }
      case COMPLETE -> {
        inbox.skip(head.end());
        Answer notLetIn = loop.admission().refusal(head, hop, loop.nowNanos());
        if (notLetIn != null) {
          yield turnDown(head, notLetIn);
        }
        String protocol = loop.rewrite(head, hop);
        phase = ClientPhase.EXCHANGE;
        exchange.begin(head, loop.outBuffer(0), protocol);
        wholeSince = loop.sweeps();
        yield true;
      }
    };
  }

  /** Answers a request that is not let in; true if the next one can follow. */
  private boolean turnDown(RequestHead head, Answer answer) {
    loop.counters().add(Count.REQUESTS);
    exchange.account().begin(head);
    boolean stays =
        head.bodyKind() == BodyKind.NONE && head.persistent() && !head.http10() && persistent();
    say(answer, true, answer.bytes(loop, head.method() != RequestMethod.HEAD, !stays));
    if (!stays) {
      linger();
      return false;
    }
    phase = ClientPhase.IDLE;
    socket.flush();
    patience.forNextRequest();
    return true;
  }

  /** Passes on what is there of the body, if there is somebody to take it; never more to do. */
  private boolean passBody() {
    if (exchange.takesBody()) {
      inbox.giveBack(exchange.pass(inbox.take()));
      if (exchange.request().refused()) {
        exchangeBroken(Answer.refusal(exchange.request().chunks().refusal()));
      } else {
        awaitProgress();
        wholeSince = loop.sweeps();
      }
    }
    return false;
  }

  /** The client broke a rule in the middle of an exchange, or was too slow. */
  private void exchangeBroken(Answer answer) {
    boolean started = exchange.response().started();
    if (started) {
      exchange.cancel(answer.error());
      loop.counters().add(answer.count());
      abort(true);
    } else {
      exchange.drop();
      refuse(answer);
    }
  }

  @Override
  public void waitForConnection() {
    patience.forConnection();
  }

  @Override
  public void bodyWanted() {
    awaitProgress();
    advance();
  }

  @Override
  public void awaitProgress() {
    patience.forProgress(exchange);
  }

  @Override
  Exchange exchange() {
    return exchange;
  }

  @Override
  public void ended(boolean persistent) {
    // Where it is the end of the body, the connection's has to be orderly: a socket that is closed
    // while it holds something unread, such as a further request, resets.
    socket.flush();
    // Who was told that another request may come is not let down, also if we began to leave since.
    if (persistent && !loop.refusing() && mayAskMore()) {
      phase = ClientPhase.IDLE;
      patience.forNextRequest();
      advance();
    } else if (inbox.isEmpty()
        && exchange.request().complete()
        && !exchange.response().endsSilently()) {
      closeIdle();
    } else {
      linger();
    }
  }

  @Override
  public void answer(Answer answer, boolean toHead, boolean persistent) {
    boolean stays = persistent && persistent();
    say(answer, true, answer.bytes(loop, !toHead, !stays));
    ended(stays);
  }

  @Override
  public void abort(boolean silent) {
    if (silent) {
      phase = ClientPhase.CLOSED;
      socket.flush();
      socket.reset();
    } else {
      closeIdle();
    }
  }

  /** At once, but never so that the client would take a part of a body for all of it. */
  @Override
  public void close() {
    boolean partly = phase == ClientPhase.EXCHANGE || socket.bufferedBytes() > 0;
    if (partly && exchange.response().endsSilently() && !tunnel()) {
      socket.reset();
    } else {
      socket.close();
    }
  }

  @Override
  public void reset() {
    socket.reset();
  }

  @Override
  public void cutOff() {
    if (phase == ClientPhase.EXCHANGE) {
      boolean silent = exchange.response().endsSilently();
      exchange.cancel(RequestError.CUT_OFF);
      loop.counters().add(Count.CLIENT_ABORTS);
      abort(silent);
    } else {
      closeIdle();
    }
  }

  @Override
  public void closeIdle() {
    phase = ClientPhase.CLOSED;
    socket.closeAfterAll();
    patience.forLinger(socket.bufferedBytes());
  }

  @Override
  public boolean persistent() {
    return !loop.closing() && mayAskMore();
  }

  private boolean mayAskMore() {
    return !inputEnded || !inbox.isEmpty();
  }

  private void refuse(Answer answer) {
    boolean understood = phase == ClientPhase.EXCHANGE;
    boolean body = !(understood && exchange.request().toHead());
    say(answer, understood, answer.bytes(loop, body, true));
    linger();
  }

  private void say(Answer answer, boolean understood, ByteBuf bytes) {
    loop.counters().add(answer.count());
    exchange.account().answered(answer, understood);
    socket.write(bytes);
  }

  private void linger() {
    phase = ClientPhase.LINGERING;
    inbox.clear();
    if (inputEnded) {
      socket.closeAfterAll();
    } else {
      socket.endAfterAll();
      socket.read(true);
    }
    patience.forLinger(socket.bufferedBytes());
  }

  @Override
  public void turnAway(Answer answer) {
    turnedAway = answer;
    if (!undecided) {
      decided(false);
    }
  }

  /** It is known what it speaks: who is turned away can be told so. */
  void decided(boolean http2) {
    undecided = false;
    Answer why = turnedAway;
    if (why != null) {
      say(why, false, http2 ? Http2Farewell.of(why) : why.bytes(loop, true, true));
      // What it has sent has to be read, or the answer may be lost to a reset.
      linger();
    }
  }

  @Override
  public void lastRequest() {
    // The response to it says so.
  }

  @Override
  public boolean turnedAway() {
    return turnedAway != null;
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public void sweep(long nowNanos) {
    boolean sends = phase == ClientPhase.EXCHANGE && exchange.awaitsBody();
    if (phase == ClientPhase.EXCHANGE
        && leaves
        && patience.nothingComes(socket.bufferedBytes(), nowNanos)) {
      close();
      return;
    }
    long buffered = socket.bufferedBytes();
    Patience.Wait wait =
        patience.look(sends, exchange.request().received(), buffered, socket.left(), nowNanos);
    if (wait == Patience.Wait.GOES_ON) {
      if (phase == ClientPhase.EXCHANGE) {
        exchange.overdue().check(patience.answeringNanos(nowNanos), nowNanos);
      }
      return;
    }
    switch (phase) {
      case IDLE -> closeIdle();
      case LINGERING, CLOSED -> close();
      case HEAD -> refuse(Answer.CLIENT_TIMED_OUT);
      case EXCHANGE -> {
        if (exchange.clientTimedOut(wait, buffered)) {
          exchangeBroken(Answer.CLIENT_TIMED_OUT);
        } else {
          exchange.serverTimedOut();
        }
      }
    }
  }

  @Override
  public boolean tunnel() {
    return exchange.request().tunnel();
  }

  @Override
  public void sayGoodbye() {
    exchange.response().sayGoodbye();
  }

  @Override
  public boolean idle() {
    return phase == ClientPhase.IDLE && inbox.isEmpty();
  }

  @Override
  public long bufferedBytes() {
    return inbox.size() + socket.bufferedBytes() + exchange.bufferedBytes();
  }
}
