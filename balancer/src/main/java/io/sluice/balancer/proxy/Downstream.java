package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.http.ResponseHead;

/**
 * The client's side of an {@link Exchange}: takes one response, and sends what there is of the
 * request's body when it is wanted. An HTTP/1 connection is one for request after request, a stream
 * of HTTP/2 for a single one.
 *
 * <p>For one response the calls come in this order; instead of any of them, and of all that follow,
 * there may be {@link #answer}, as long as {@link #head} has not been called, or {@link #abort}:
 *
 * <pre>
 *   interim* ─▶ head ─▶ body* ─▶ trailers? ─▶ ended
 *   interim* ─▶ switched ─▶ body* ─▶ endAfterAll? ─▶ ended
 * </pre>
 *
 * <p>Back-pressure: while {@link #writable} is false, the server is not read; once there is room
 * again, {@link Exchange#clientWritabilityChanged} has to be called. The other way round, {@link
 * Exchange#stuck} tells when not to read the client, and {@link #bodyWanted} when to go on. All
 * calls come on the loop's thread.
 */
interface Downstream {
  /** How the client is told where a body ends whose length was not said before. */
  enum BodyEnd {
    /** By its chunks, which are passed on as they came; what has none ends with the connection. */
    CHUNKS,
    /** By the end of the connection: chunks are taken off (HTTP/1.0). */
    CONNECTION,
    /** By a sign of its own, whatever the body: chunks are taken off (HTTP/2). */
    FRAME
  }

  /** How the body of the present response ends. */
  BodyEnd bodyEnd();

  /** Whether the client may be told that another request is welcome. */
  boolean persistent();

  /** Passes on an interim (1xx) head. */
  void interim(ResponseHead head);

  /**
   * Passes on the final head.
   *
   * @param unchunked whether the chunks are taken off the body
   * @param binding a field that binds the client to a server; may be empty
   * @param first the body's first bytes, taken from it; may be empty
   */
  void head(ResponseHead head, boolean unchunked, byte[] binding, ByteBuf first);

  /** Passes on the head after which both sides speak another protocol. */
  void switched(ResponseHead head, String protocol);

  /** Passes on a part of the body, which it takes over. */
  void body(ByteBuf bytes);

  /**
   * The body was passed on; these stood behind it. Only said where it ends by a sign of its own.
   *
   * @param lines field lines, each with its end
   */
  void trailers(byte[] lines);

  /** Sends what was passed on. */
  void flush();

  /** Whether there is room for more. */
  boolean writable();

  /** The server says no more over a connection that was given over; the client may still. */
  void endAfterAll();

  /**
   * The response was passed on to its end; the exchange is over.
   *
   * @param persistent whether the client was told that it may send its next request
   */
  void ended(boolean persistent);

  /**
   * Answers in the server's place; the exchange is over.
   *
   * @param toHead whether to a HEAD, which gets no body
   * @param persistent whether the whole request was taken, so that another one may follow
   */
  void answer(Answer answer, boolean toHead, boolean persistent);

  /**
   * The response broke off in its middle; the exchange is over.
   *
   * @param silent whether the client would take an orderly end for the end of the body
   */
  void abort(boolean silent);

  /** A fault of our own befell the request: the client goes, so that at least it knows. */
  void reset();

  /** There is a server that takes more of the request's body, if there is more. */
  void bodyWanted();

  /** A connection to a server is waited for, which has limits of its own. */
  void waitForConnection();

  /** Bytes moved: the wait for the next ones, from whichever side, begins anew. */
  void awaitProgress();
}
