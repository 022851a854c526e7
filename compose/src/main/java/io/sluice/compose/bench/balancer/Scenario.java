package io.sluice.compose.bench.balancer;

import java.util.List;

/**
 * A load.
 *
 * @param name as it is chosen and printed
 * @param connections open at once
 * @param large whether 64 KiB go each way, instead of 128 bytes one way
 * @param fresh whether each request has a connection of its own
 * @param tls whether clients speak TLS to the subjects, which do not to the servers
 */
public record Scenario(String name, int connections, boolean large, boolean fresh, boolean tls) {
  /** The scenarios, in the order in which they run. */
  public static final List<Scenario> ALL =
      List.of(
          new Scenario("keepalive-64", 64, false, false, false),
          new Scenario("keepalive-1024", 1024, false, false, false),
          new Scenario("keepalive-10000", 10_000, false, false, false),
          new Scenario("large-64", 64, true, false, false),
          new Scenario("fresh-64", 64, false, true, false),
          new Scenario("tls-64", 64, false, false, true));

  /** The same with a connection per request, which warms up what agrees on keys. */
  Scenario afresh() {
    return new Scenario(name, connections, large, true, tls);
  }

  String url(int port) {
    return (tls ? "https" : "http") + "://127.0.0.1:" + port + (large ? "/large" : "/small");
  }
}
