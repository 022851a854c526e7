package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;

/**
 * A connection below HTTP, with a client or a server: bytes both ways, their ends, and whether
 * there is room. What is above it knows nothing of sockets, so that it can be driven by a
 * simulation, too. Belongs to one loop, on whose thread all of it happens.
 */
interface Wire {
  /** Is told what happens on a wire. */
  interface Listener {
    /** These bytes came; the listener releases them. */
    void received(ByteBuf bytes);

    /** That was all for now. */
    void readComplete();

    /** {@link Wire#writable} has changed. */
    void writabilityChanged();

    /** The other side says no more, on a wire whose sides may end one before the other. */
    void inputEnded();

    /** Something failed; whether the wire is still of use, {@link Wire#open} tells. */
    void failed(Throwable cause);

    /** It is closed, by whomever: the last word. */
    void closed();
  }

  /** Takes bytes over, to be sent with the next {@link #flush}. */
  void write(ByteBuf bytes);

  /** Sends what was written, now or as soon as there is room. */
  void flush();

  /** Whether there is room for more; what is written all the same waits in memory. */
  boolean writable();

  /** Reads on, or stops reading. */
  void read(boolean wanted);

  /** Whether it is neither closed nor broken. */
  boolean open();

  /** Whether the other side says no more. */
  boolean inputEnded();

  /**
   * From here on, one side may end before the other; before, the other side's end closes the wire.
   * Clients' wires are like that from the start.
   */
  void endsOneSideAtATime();

  /** Ends our side once all that was written has left; closes if that can't be done. */
  void endAfterAll();

  /** Closes at once; what has not left is lost. */
  void close();

  /** Closes once all that was written has left. */
  void closeAfterAll();

  /** Closes in a way that nobody can take for an orderly end. */
  void reset();

  /** Bytes that were written and have not left, with what it costs to hold them. */
  long bufferedBytes();

  /** Bytes that have left since the start, as nearly as can be said. */
  long left();
}
