package io.sluice.balancer.proxy;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import org.jspecify.annotations.Nullable;

/** What is on its way to the client over one stream of HTTP/2, and waits for its window. */
final class Outflow {
  /** Above this much, the server is not read. */
  private static final int MOST_BYTES = 128 * 1024;

  private final int id;
  private final ClientStream stream;
  private long waiting;
  private long sent;
  private @Nullable Pace pace;
  private long sentAtProgress;
  private long progressNanos;
  private long idleMaxNanos;

  Outflow(int id, ClientStream stream) {
    this.id = id;
    this.stream = stream;
  }

  int id() {
    return id;
  }

  /** Bytes that have not left. */
  long waiting() {
    return waiting;
  }

  /** Bytes that have left. */
  long sent() {
    return sent;
  }

  /** Nothing more comes: from now on, only the client is waited for. */
  void drains(Loop loop) {
    ProxyConfig config = loop.config();
    Pace begun = new Pace(config.clients().slowestBytesPerSecond(), config.timeouts().bodyIdle());
    begun.begin(sent, loop.nowNanos());
    pace = begun;
    sentAtProgress = sent;
    progressNanos = loop.nowNanos();
    idleMaxNanos = config.timeouts().bodyIdle().toNanos();
  }

  /** Whether the client takes too long to read what is left. */
  boolean tooSlow(long nowNanos) {
    Pace present = pace;
    if (sent > sentAtProgress) {
      sentAtProgress = sent;
      progressNanos = nowNanos;
    }
    boolean stands = nowNanos - progressNanos >= idleMaxNanos;
    return present != null && (present.tooSlow(sent, true, nowNanos) || stands);
  }

  boolean roomy() {
    return waiting < MOST_BYTES;
  }

  /** Bytes are written; tells when they have left, one way or another. */
  ChannelFutureListener written(int size, Http2Client connection) {
    waiting += size;
    connection.waiting(size);
    return (ChannelFuture done) -> {
      waiting -= size;
      sent += size;
      connection.waiting(-size);
      stream.roomMade();
      if (waiting == 0) {
        connection.drained(this);
      }
    };
  }
}
