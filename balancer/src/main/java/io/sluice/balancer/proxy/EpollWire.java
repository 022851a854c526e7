package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wire that is a plain TCP socket of Linux, without channel and pipeline, told by epoll what
 * changes (edge-triggered).
 *
 * <p>That there is something to read is said once, and so remembered until a read has shown that
 * there is nothing more: either it got less than it could take, or, from the moment on at which an
 * end or an error was announced, it came to that. What is said may be about an earlier socket that
 * had the same descriptor, which is told by the turn, or out of date: it is a reason to look.
 *
 * <p>Servers are read at once, clients after them in the same turn: what is finished first frees
 * connections and memory, while what is begun takes of both.
 */
final class EpollWire implements Wire, EpollIoHandle, Turns.Waiter {
  private static final Logger LOG = LoggerFactory.getLogger(EpollWire.class);

  /** What is read of one wire in a turn; then others have theirs. */
  private static final int TURN_MAX_BYTES = 256 * 1024;

  private static final EpollIoOps TO_READ =
      EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
  private static final EpollIoOps TO_READ_AND_SEND = TO_READ.with(EpollIoOps.EPOLLOUT);
  private static final int IN = EpollIoOps.EPOLLIN.value();
  private static final int OUT = EpollIoOps.EPOLLOUT.value();
  private static final int ERR = EpollIoOps.EPOLLERR.value();

  private final EpollSockets sockets;
  private final FileDescriptor descriptor;
  private final boolean toServer;
  private final Outbox pending = new Outbox();
  private @Nullable Listener listener;
  private @Nullable IoRegistration registration;

  /** Is told once there is a connection, or none comes about; null: it was. */
  private @Nullable Consumer<Optional<Throwable>> connecting;

  private long registeredInTurn;
  private boolean open = true;

  /** Whether a read may give something. */
  private boolean readable;

  /** Whether an end or an error was announced: reading goes on until it is met. */
  private boolean ends;

  private boolean readWanted = true;
  private boolean queued;
  private boolean inputEnded;
  private boolean halfCloses;

  /** Whether the socket takes nothing more until it says so. */
  private boolean full;

  /** Whether it says so. */
  private boolean tellsRoom;

  private boolean room = true;
  private boolean outputBroken;
  private boolean outputEnded;
  private boolean endsAfterAll;
  private boolean closesAfterAll;
  private long left;

  private EpollWire(EpollSockets sockets, FileDescriptor descriptor, boolean toServer) {
    this.sockets = sockets;
    this.descriptor = descriptor;
    this.toServer = toServer;
    this.halfCloses = !toServer;
  }

  /** The wire of a client whose connection was accepted. */
  static EpollWire ofClient(EpollSockets sockets, FileDescriptor descriptor) {
    return new EpollWire(sockets, descriptor, false);
  }

  /**
   * A wire to a server, on which a connection was asked for.
   *
   * @param connected is told once it is there, or why it does not come about
   */
  static EpollWire toServer(
      EpollSockets sockets, Socket socket, Consumer<Optional<Throwable>> connected) {
    EpollWire wire = new EpollWire(sockets, socket, true);
    wire.connecting = connected;
    return wire;
  }

  /** Says who is told what happens. */
  void listener(Listener told) {
    listener = told;
  }

  private Listener listener() {
    return Objects.requireNonNull(listener, "a wire without a listener");
  }

  /**
   * From here on, things happen.
   *
   * @throws IOException if the kernel has no room for one more; then it is closed
   */
  void register() throws IOException {
    registeredInTurn = sockets.turns().number();
    try {
      registration = sockets.register(this);
      tellsRoom = connecting != null;
      submit(tellsRoom ? TO_READ_AND_SEND : TO_READ);
    } catch (IOException failed) {
      open = false;
      closeSocket();
      throw failed;
    }
  }

  private void submit(EpollIoOps wanted) throws IOException {
    try {
      Objects.requireNonNull(registration, "a wire that is not registered").submit(wanted);
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  // What epoll says.

  @Override
  public FileDescriptor fd() {
    return descriptor;
  }

  @Override
  public void handle(IoRegistration of, IoEvent event) {
    if (registeredInTurn == sockets.turns().number()) {
      // It is about a socket before this one.
      return;
    }
    try {
      told(((EpollIoEvent) event).ops().value());
    } catch (Throwable fault) {
      failedByFault(fault);
    }
  }

  private void told(int what) {
    Consumer<Optional<Throwable>> asked = connecting;
    if (asked != null && !connected(asked)) {
      return;
    }
    if (full && (what & ~IN) != 0) {
      full = false;
      send();
    }
    if (open && (what & ~OUT) != 0) {
      readable = true;
      ends |= (what & ~(IN | OUT)) != 0;
      if (toServer) {
        receive();
      } else if (readWanted || (what & ERR) == 0) {
        receiveLater();
      } else {
        // It is not read at present, and nobody will read what it asked for.
        inputBroken(new IOException("reset while nothing was read of it"));
      }
    }
  }

  /** Whether it is connected now, and still of use. */
  private boolean connected(Consumer<Optional<Throwable>> asked) {
    try {
      Socket socket = (Socket) descriptor;
      if (!socket.finishConnect()) {
        return false;
      }
      tellsRoom = false;
      submit(TO_READ);
    } catch (IOException refused) {
      notConnected(refused);
      return false;
    }
    connecting = null;
    asked.accept(Optional.empty());
    return open;
  }

  /** No connection comes about, for this reason; nothing happens if there is one. */
  void notConnected(Throwable cause) {
    Consumer<Optional<Throwable>> asked = connecting;
    if (asked != null) {
      connecting = null;
      open = false;
      closeSocket();
      asked.accept(Optional.of(cause));
    }
  }

  /** A fault of our own: only this wire must suffer, and no one else's events get lost. */
  private void failedByFault(Throwable fault) {
    try {
      listener().failed(fault);
    } catch (RuntimeException another) {
      LOG.error("{} failed by a fault of our own, of which nobody could be told", this, another);
    }
    close();
  }

  // Reading.

  private void receiveLater() {
    if (!queued && open && readable && readWanted) {
      queued = true;
      sockets.turns().later(this);
    }
  }

  @Override
  public void takeTurn() {
    queued = false;
    try {
      receive();
    } catch (Throwable fault) {
      failedByFault(fault);
    }
  }

  private void receive() {
    if (queued) {
      return;
    }
    // Who asks to read on meanwhile need not queue: it is looked at below.
    queued = true;
    boolean some = false;
    boolean ended = false;
    IOException broken = null;
    int budget = TURN_MAX_BYTES;
    int most = toServer ? EpollSockets.READ_MAX_BYTES : EpollSockets.FIRST_MAX_BYTES;
    try {
      while (open && readable && readWanted && budget > 0) {
        int count = sockets.read(descriptor, most);
        readable = count == most || (ends && count > 0);
        most = EpollSockets.READ_MAX_BYTES;
        ended = count < 0;
        budget -= count;
        if (count > 0) {
          some = true;
          listener().received(sockets.take(count));
        }
      }
    } catch (IOException failed) {
      readable = false;
      broken = failed;
    } finally {
      queued = false;
    }
    if (some && open) {
      listener().readComplete();
    }
    if (broken != null && open) {
      inputBroken(broken);
    } else if (ended && open) {
      inputEnds();
    }
    receiveLater();
  }

  private void inputEnds() {
    if (inputEnded) {
      return;
    }
    inputEnded = true;
    if (halfCloses) {
      listener().inputEnded();
    } else {
      close();
    }
  }

  /** The other side is gone: neither side has anything to say any more. */
  private void inputBroken(IOException cause) {
    breakOutput();
    listener().failed(cause);
    if (open && halfCloses && !inputEnded) {
      inputEnded = true;
      listener().inputEnded();
    } else {
      close();
    }
  }

  @Override
  public void read(boolean wanted) {
    readWanted = wanted;
    receiveLater();
  }

  @Override
  public boolean inputEnded() {
    return inputEnded;
  }

  // Sending.

  @Override
  public void write(ByteBuf bytes) {
    if (!takesMore() || !bytes.isReadable()) {
      bytes.release();
      return;
    }
    pending.add(sockets.addressed(bytes));
    if (room && pending.held() > Loop.WATER_MARK.high()) {
      room = false;
      listener().writabilityChanged();
    }
  }

  private boolean takesMore() {
    return open && !outputBroken && !endsAfterAll && !closesAfterAll;
  }

  @Override
  public void flush() {
    if (open && !full && !pending.isEmpty()) {
      send();
    }
  }

  private void send() {
    long before = pending.readable();
    try {
      while (!full && !pending.isEmpty()) {
        full = !pending.send(descriptor, sockets.vectors());
      }
      if (full && !tellsRoom) {
        // Left like that: who is slow once is slow again.
        tellsRoom = true;
        submit(TO_READ_AND_SEND);
      }
    } catch (IOException failed) {
      left += before - pending.readable();
      outputFails(failed);
      return;
    }
    left += before - pending.readable();
    if (!room && pending.held() <= Loop.WATER_MARK.low()) {
      room = true;
      listener().writabilityChanged();
    }
    afterAll();
  }

  /** A server may have answered before it stopped listening; a client that does so is gone. */
  private void outputFails(IOException cause) {
    breakOutput();
    listener().failed(cause);
    if (!toServer) {
      close();
    }
  }

  private void breakOutput() {
    outputBroken = true;
    full = false;
    pending.clear();
  }

  private void afterAll() {
    if (!open || !pending.isEmpty()) {
      return;
    }
    if (closesAfterAll) {
      close();
    } else if (endsAfterAll && !outputEnded) {
      outputEnded = true;
      try {
        socket().shutdown(false, true);
      } catch (IOException | NotYetConnectedException gone) {
        // The other side has reset the connection: there is nobody to be told.
        close();
      }
    }
  }

  @Override
  public boolean writable() {
    return open && !outputBroken && room;
  }

  @Override
  public long bufferedBytes() {
    return pending.held();
  }

  @Override
  public long left() {
    return left;
  }

  // Ends.

  @Override
  public boolean open() {
    return open;
  }

  @Override
  public void endsOneSideAtATime() {
    halfCloses = true;
  }

  @Override
  public void endAfterAll() {
    endsAfterAll = true;
    finishOutput();
  }

  @Override
  public void closeAfterAll() {
    closesAfterAll = true;
    finishOutput();
  }

  private void finishOutput() {
    if (outputBroken) {
      close();
    } else {
      flush();
      afterAll();
    }
  }

  @Override
  public void reset() {
    if (open) {
      try {
        socket().setSoLinger(0);
      } catch (IOException failed) {
        LOG.debug("{} closes without a reset: {}", this, failed.toString());
      }
      close();
    }
  }

  /** Also called where the loop ends. */
  @Override
  public void close() {
    if (connecting != null) {
      notConnected(new ClosedChannelException());
    } else if (open) {
      open = false;
      readable = false;
      full = false;
      pending.clear();
      closeSocket();
      // Not in the stack of who closes it.
      sockets.eventLoop().execute(listener()::closed);
    }
  }

  private void closeSocket() {
    try {
      // That takes it out of epoll, too.
      descriptor.close();
    } catch (IOException failed) {
      LOG.debug("{} was closed with an error: {}", this, failed.toString());
    }
    IoRegistration present = registration;
    if (present != null) {
      present.cancel();
    }
  }

  private Socket socket() {
    return descriptor instanceof Socket socket ? socket : new Socket(descriptor.intValue());
  }

  @Override
  public String toString() {
    return (toServer ? "connection to a server over " : "client over ") + descriptor;
  }
}
