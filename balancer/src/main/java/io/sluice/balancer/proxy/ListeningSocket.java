package io.sluice.balancer.proxy;

import java.net.InetSocketAddress;
import java.util.OptionalInt;

/** A socket at which clients come in, on one loop. */
interface ListeningSocket {
  /** Where it listens, with the port that was really taken. */
  InetSocketAddress address();

  /** Its file descriptor in this process; empty if it can't be handed over. */
  OptionalInt descriptor();

  /** Accepts connections, if it does not yet. */
  void accept();

  /** Closes it in this process. */
  void close();
}
