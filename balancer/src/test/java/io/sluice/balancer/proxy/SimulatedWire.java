package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A socket between the product and an actor of the simulation: it behaves as a channel of Netty's
 * does, but takes and gives as few bytes at a time as chance will have it.
 */
final class SimulatedWire implements Wire {
  /** Above this much the product is told that there is no room. */
  static final int HIGH_BYTES = 160;

  private static final int LOW_BYTES = 80;

  /** How much lies between two ends. */
  static final int SOCKET_BYTES = 192;

  private final Simulation simulation;
  private final boolean toServer;

  /** The client whose request is under way on it. */
  private int owner;

  private final ByteQueue in = new ByteQueue();
  private final ByteQueue pending = new ByteQueue();
  private final ByteQueue sent = new ByteQueue();
  private @Nullable Listener listener;
  private boolean peerEnded;
  private boolean peerReset;
  private boolean peerGone;
  private int flushed;
  private boolean readWanted = true;
  private boolean room = true;
  private boolean halfCloses;
  private boolean inputEnded;
  private boolean outputBroken;
  private boolean endsAfterAll;
  private boolean closesAfterAll;
  private boolean open = true;
  private boolean ended;
  private boolean reset;
  private long left;

  SimulatedWire(Simulation simulation, boolean toServer) {
    this.simulation = simulation;
    this.toServer = toServer;
    this.halfCloses = !toServer;
  }

  boolean toServer() {
    return toServer;
  }

  int owner() {
    return owner;
  }

  void owner(int client) {
    owner = client;
  }

  void listener(Listener told) {
    listener = told;
  }

  private Listener listener() {
    Listener present = listener;
    if (present == null) {
      throw new IllegalStateException("wire that nobody listens to");
    }
    return present;
  }

  // What the actor at the other end does and sees.

  /** How many bytes the actor can send now. */
  int acceptable() {
    return open ? Math.max(0, SOCKET_BYTES - in.size()) : 0;
  }

  void send(ByteQueue bytes, int count) {
    in.take(bytes, count);
  }

  void end() {
    peerEnded = true;
  }

  /** The actor closes: what is still sent to it is answered with a reset. */
  void leave() {
    peerEnded = true;
    peerGone = true;
  }

  void reset(boolean losesBytes) {
    peerReset = true;
    if (losesBytes) {
      in.clear();
    }
  }

  /** What has arrived at the actor. */
  ByteQueue arrived() {
    return sent;
  }

  /** Whether the product has said, in order, that nothing more comes. */
  boolean seesEnd() {
    return sent.isEmpty() && ended && !reset;
  }

  boolean seesReset() {
    return reset;
  }

  // What the simulated kernel does.

  boolean ready() {
    return open && (readable() || sendable());
  }

  private boolean readable() {
    boolean something = !in.isEmpty() || (peerEnded && !inputEnded) || peerReset;
    return readWanted && !(inputEnded && !peerReset) && something;
  }

  private boolean sendable() {
    return flushed > 0 && (sent.size() < SOCKET_BYTES || peerReset || peerGone);
  }

  /** Tells what there is to tell. */
  void deliver() {
    if (sendable()) {
      move();
    }
    if (open && readable()) {
      deliverBytes();
      if (open && in.isEmpty() && readWanted) {
        deliverEnd();
      }
    }
  }

  private void deliverBytes() {
    int batches = 1 + simulation.chance(2);
    boolean some = false;
    for (int i = 0; i < batches && open && !in.isEmpty() && readWanted; i++) {
      int count = simulation.some(in.size());
      ByteBuf bytes = simulation.allocator().buffer(count);
      simulation.flaws().inbound(in, count, toServer);
      in.giveTo(bytes, count);
      simulation.flaws().held(bytes);
      some = true;
      listener().received(bytes);
    }
    if (some && open) {
      listener().readComplete();
    }
  }

  private void deliverEnd() {
    if (peerReset) {
      outputBroken = true;
      pending.clear();
      flushed = 0;
      listener().failed(new IOException("Connection reset by peer"));
      if (open && halfCloses && !inputEnded) {
        inputEnded = true;
        listener().inputEnded();
      } else if (open) {
        close();
      }
    } else if (peerEnded && !inputEnded) {
      inputEnded = true;
      if (halfCloses) {
        listener().inputEnded();
      } else {
        close();
      }
    }
  }

  /** Sends what the socket takes. */
  private void move() {
    peerReset |= peerGone;
    if (peerReset) {
      breakOutput();
      return;
    }
    int count = Math.min(flushed, SOCKET_BYTES - sent.size());
    int moved = count == 0 ? 0 : simulation.some(count);
    sent.take(pending, moved);
    flushed -= moved;
    left += moved;
    if (pending.size() <= LOW_BYTES && !room) {
      room = true;
      if (!simulation.flaws().untoldRoom()) {
        listener().writabilityChanged();
      }
    }
    finishOutput();
  }

  private void breakOutput() {
    pending.clear();
    flushed = 0;
    outputBroken = true;
    if (toServer) {
      listener().failed(new IOException("Broken pipe"));
    } else {
      close();
    }
  }

  private void finishOutput() {
    if (open && pending.isEmpty()) {
      ended |= endsAfterAll;
      if (closesAfterAll) {
        close();
      }
    }
  }

  // What the product does.

  @Override
  public void write(ByteBuf bytes) {
    simulation.written(this, bytes);
    if (open && !outputBroken) {
      pending.take(bytes);
      simulation.checkPending(pending.size(), toServer);
    }
    bytes.release();
    if (!open || outputBroken) {
      simulation.later(() -> listener().failed(new IOException("closed")), this);
    } else if (pending.size() > HIGH_BYTES && room) {
      room = false;
      listener().writabilityChanged();
    }
    simulation.flaws().nested(this);
  }

  @Override
  public void flush() {
    if (open && !outputBroken) {
      flushed = pending.size();
      if (flushed > 0 && simulation.chance(4) > 0 && sendable()) {
        move();
      }
    }
  }

  @Override
  public boolean writable() {
    return open && !outputBroken && room;
  }

  @Override
  public void read(boolean wanted) {
    readWanted = wanted || simulation.flaws().deafToPauses();
  }

  @Override
  public boolean open() {
    return open;
  }

  @Override
  public boolean inputEnded() {
    return inputEnded;
  }

  @Override
  public void endsOneSideAtATime() {
    halfCloses = true;
  }

  @Override
  public void endAfterAll() {
    if (outputBroken) {
      close();
      return;
    }
    endsAfterAll = true;
    flush();
    finishOutput();
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      // Who closes with bytes unread resets; who leaves bytes unsent does not say so.
      reset |= !in.isEmpty();
      ended = true;
      pending.clear();
      flushed = 0;
      if (!simulation.flaws().untoldEnd(toServer)) {
        simulation.later(() -> listener().closed(), this);
      }
    }
  }

  @Override
  public void closeAfterAll() {
    closesAfterAll = true;
    if (open && !outputBroken) {
      flush();
      finishOutput();
    } else {
      close();
    }
  }

  @Override
  public void reset() {
    if (open) {
      reset = !simulation.flaws().gentleReset();
      close();
    }
  }

  @Override
  public long bufferedBytes() {
    return pending.size();
  }

  @Override
  public long left() {
    return left;
  }
}
