package io.sluice.balancer.proxy;

/**
 * A connection that an exchange waits for. If it comes late, the exchange having ended or tried
 * something else, it is kept for the next request.
 *
 * @param exchange who waits
 * @param server to which server
 * @param number in which try
 */
record Connecting(Exchange exchange, ServerSlot server, long number) {
  /** It is there. */
  void connected(UpstreamConnection connection) {
    if (exchange.current(number)) {
      exchange.connected(connection);
    } else {
      connection.unbind(true);
    }
  }

  /** It is not. */
  void failed(Throwable cause) {
    if (exchange.current(number)) {
      exchange.notConnected(server, cause);
    }
  }
}
