package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server: idle in its slot, or busy with one exchange.
 *
 * <p>It does not close by itself when a write fails, since the server may have answered before it
 * stopped listening: the answer is read to its end.
 */
final class UpstreamConnection implements Wire.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

  private final Loop loop;
  private final ServerSlot slot;
  private final Inbox inbox = new Inbox();
  private @Nullable Wire wire;
  private @Nullable Exchange exchange;
  private @Nullable Exchange owner;
  private @Nullable Throwable failure;

  /** Cuts it off if what was written last is not taken. */
  private @Nullable ScheduledFuture<?> cutOff;

  private long served;

  /** Whether its server knows for whom it is. */
  private boolean introduced;

  private long idleSinceNanos;

  UpstreamConnection(Loop loop, ServerSlot slot) {
    this.loop = loop;
    this.slot = slot;
  }

  /** Says over which wire. */
  Wire.Listener over(Wire connected) {
    wire = connected;
    return this;
  }

  private Wire wire() {
    Wire present = wire;
    if (present == null) {
      throw new IllegalStateException("connection to " + slot.target() + ": without a wire yet");
    }
    return present;
  }

  ServerSlot slot() {
    return slot;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  /** Says to the server for whom it is, before anything else. */
  void introduce(byte[] header) {
    if (!introduced) {
      introduced = true;
      write(Unpooled.wrappedBuffer(header));
    }
  }

  /** Whether this connection served a request before the present one. */
  boolean reused() {
    return served > 0;
  }

  /** Makes it busy. */
  void bind(Exchange next) {
    exchange = next;
    disown();
  }

  private void disown() {
    if (owner != null) {
      owner = null;
      slot.disown();
    }
  }

  /** Whether it can take a request. */
  boolean usable() {
    return wire().open() && failure == null;
  }

  /**
   * Ends the exchange, and keeps the connection for the next one of the same client.
   *
   * @return false if it is of no use any more
   */
  boolean keepFor(Exchange client) {
    if (!usable() || !slot.own(loop.config().idlePerServerMax())) {
      return false;
    }
    exchange = null;
    owner = client;
    inbox.clear();
    served++;
    resume();
    return true;
  }

  /** From here on, the server's end is not the end of what it is sent. */
  void endsOneSideAtATime() {
    wire().endsOneSideAtATime();
  }

  /** Ends our side once all that was written has left; the server's side stays open. */
  void endAfterAll() {
    wire().endAfterAll();
  }

  /** Closes once all that was written has left, or the server does not take it. */
  void closeAfterAll() {
    exchange = null;
    inbox.clear();
    if (!wire().open()) {
      close();
      return;
    }
    long patienceNanos = loop.config().timeouts().bodyIdle().toNanos();
    cutOff = loop.eventLoop().schedule(this::close, patienceNanos, TimeUnit.NANOSECONDS);
    wire().closeAfterAll();
  }

  /** Ends the exchange; the connection can take another one if {@code reusable}. */
  void unbind(boolean reusable) {
    exchange = null;
    inbox.clear();
    if (reusable && usable()) {
      served++;
      idleSinceNanos = loop.nowNanos();
      resume();
      loop.upstreams().release(this);
    } else {
      close();
    }
  }

  void close() {
    exchange = null;
    disown();
    inbox.clear();
    wire().close();
  }

  boolean writable() {
    return wire().writable();
  }

  void write(ByteBuf bytes) {
    wire().write(bytes);
  }

  void flush() {
    wire().flush();
  }

  /** Stops reading until {@link #resume}: the client can't keep up. */
  void pause() {
    wire().read(false);
  }

  void resume() {
    wire().read(true);
  }

  /** The bytes of an unfinished head, with these behind them. */
  ByteBuf join(ByteBuf bytes) {
    inbox.add(loop.allocator(), bytes);
    return inbox.take();
  }

  /** Keeps the bytes of an unfinished head. */
  void await(ByteBuf unfinished) {
    inbox.giveBack(unfinished);
  }

  /** Bytes that are held in memory for this connection. */
  long bufferedBytes() {
    return inbox.size() + wire().bufferedBytes();
  }

  @Override
  public void received(ByteBuf bytes) {
    slot.heard();
    Exchange busy = exchange;
    if (busy == null) {
      // A server that speaks unasked can't be trusted with the next request.
      bytes.release();
      slot.drop(this);
      wire().close();
    } else {
      busy.response().read(this, bytes);
    }
  }

  @Override
  public void readComplete() {
    Exchange busy = exchange;
    if (busy != null) {
      busy.response().readComplete(this);
    }
  }

  @Override
  public void writabilityChanged() {
    Exchange busy = exchange;
    if (busy != null) {
      busy.upstreamWritabilityChanged();
    }
  }

  @Override
  public void inputEnded() {
    Exchange busy = exchange;
    if (busy != null) {
      busy.serverEnded();
    }
    if (busy == null || failure != null) {
      close();
    }
  }

  @Override
  public void closed() {
    Exchange busy = exchange;
    Exchange idleFor = owner;
    ScheduledFuture<?> pending = cutOff;
    exchange = null;
    disown();
    if (pending != null) {
      pending.cancel(false);
    }
    if (idleFor != null) {
      idleFor.ownClosed(this);
    }
    if (busy == null) {
      slot.drop(this);
    } else {
      busy.upstreamClosed(this, Optional.ofNullable(failure));
    }
    inbox.clear();
  }

  @Override
  public void failed(Throwable cause) {
    failure = cause;
    if (!(cause instanceof IOException)) {
      LOG.error("connection to {} failed by a fault of our own", slot.target().address(), cause);
      wire().close();
    } else if (exchange == null || wire().inputEnded()) {
      wire().close();
    }
    // An I/O error of a read is followed by the end; one of a write leaves reading alone.
  }
}
