package io.sluice.balancer.proxy;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes connections to servers, for one loop. */
interface Connector {
  /**
   * Asks for a connection; never waits for it.
   *
   * @param whenDone is told, in a later turn, why there is none; empty: it is there
   */
  void connect(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone);
}
