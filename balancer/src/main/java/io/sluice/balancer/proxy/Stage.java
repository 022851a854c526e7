package io.sluice.balancer.proxy;

/**
 * Where a request stands; the numbers are those of the steps that {@link Exchange} is told in.
 *
 * <pre>
 *   IDLE ─▶ CHOOSING ─▶ CONNECTING ─▶ SENT ─▶ ANSWERING ─▶ TUNNEL
 *            ▲   │ ▲         │          │
 *            │   ▼ └─────────┴──────────┘ another server
 *           WAITING                         from anywhere: IDLE, when it is over
 * </pre>
 */
enum Stage {
  /** There is none. */
  IDLE,
  /** Step 1: a server is chosen. */
  CHOOSING,
  /** Step 2: no server takes it, so it waits for one. */
  WAITING,
  /** Step 3: a connection is waited for, or a pause before the next try. */
  CONNECTING,
  /** Step 4: it is sent, and its answer waited for. */
  SENT,
  /** Step 5: the answer is passed on; it is not sent again. */
  ANSWERING,
  /** Step 6: the connections are given over to another protocol. */
  TUNNEL;

  /** Whether this one may follow. */
  boolean mayBecome(Stage next) {
    return switch (next) {
      case IDLE -> this != IDLE;
      case CHOOSING -> this != ANSWERING && this != TUNNEL;
      case WAITING -> this == CHOOSING || this == CONNECTING || this == SENT;
      case CONNECTING -> this == CHOOSING || this == CONNECTING || this == SENT;
      case SENT -> this == CHOOSING || this == CONNECTING;
      case ANSWERING -> this == SENT;
      case TUNNEL -> this == ANSWERING;
    };
  }

  /** Whether a server has it. */
  boolean withServer() {
    return switch (this) {
      case IDLE, CHOOSING, WAITING, CONNECTING -> false;
      case SENT, ANSWERING, TUNNEL -> true;
    };
  }
}
