package io.sluice.balancer.proxy;

import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What the data path has to know.
 *
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 means any that is free
 * @param loops number of event loops, 1 to 1024
 * @param transport how sockets are driven
 * @param listener what clients are offered
 * @param heads limits of heads
 * @param clients what clients may cost
 * @param balancing how requests are spread over the servers
 * @param timeouts how long it waits
 * @param retry when requests are repeated
 * @param retryBudget what repeating may cost, over all loops
 * @param replayMaxBytes how much of a request's body is kept so that it can be repeated, 0 to 16
 *     MiB
 * @param idlePerServerMax idle connections to one server that a loop keeps, 0 to 100,000
 * @param hops who is believed about the way that requests came
 * @param servers how servers are spoken to
 */
public record ProxyConfig(
    String host,
    int port,
    int loops,
    Transport transport,
    ListenerConfig listener,
    HeadLimits heads,
    ClientLimits clients,
    Balancing balancing,
    ProxyTimeouts timeouts,
    RetryRule retry,
    RetryBudgetLimits retryBudget,
    int replayMaxBytes,
    int idlePerServerMax,
    HopRules hops,
    ServerLinks servers) {
  /** 64 KiB. */
  public static final int REPLAY_MAX_BYTES_DEFAULT = 64 * 1024;

  /** 8,192 connections: as many as so many users need at once, or they are made ever anew. */
  public static final int IDLE_PER_SERVER_MAX_DEFAULT = 8192;

  /** The same, with servers whose certificates common authorities vouch for. */
  public ProxyConfig(
      String host,
      int port,
      int loops,
      Transport transport,
      ListenerConfig listener,
      HeadLimits heads,
      ClientLimits clients,
      Balancing balancing,
      ProxyTimeouts timeouts,
      RetryRule retry,
      RetryBudgetLimits retryBudget,
      int replayMaxBytes,
      int idlePerServerMax,
      HopRules hops) {
    this(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        ServerLinks.DEFAULT);
  }

  /** The same with servers spoken to like this. */
  public ProxyConfig withServers(ServerLinks servers) {
    return new ProxyConfig(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        servers);
  }

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ProxyConfig {
    require(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
    require(loops >= 1 && loops <= 1024, "event loops", loops, "1 to 1024");
    require(
        replayMaxBytes >= 0 && replayMaxBytes <= 16 << 20,
        "replay buffer",
        replayMaxBytes,
        "0 to 16777216 bytes");
    require(
        idlePerServerMax >= 0 && idlePerServerMax <= 100_000,
        "idle connections per server",
        idlePerServerMax,
        "0 to 100000");
    requireApart(endpoints(host, port, listener));
  }

  /** What holds for requests that are with servers of the zone. */
  ZoneTerms terms(ZoneId zone) {
    ZoneTerms own = servers.zones().get(zone);
    return own == null ? terms() : own;
  }

  /** What holds unless a zone has terms of its own. */
  ZoneTerms terms() {
    return new ZoneTerms(timeouts, retry);
  }

  /** Where clients come in: the first address, then the others. */
  public List<Endpoint> endpoints() {
    return endpoints(host, port, listener);
  }

  private static List<Endpoint> endpoints(String host, int port, ListenerConfig listener) {
    List<Endpoint> all = new ArrayList<>();
    boolean priorKnowledge = listener.http2().priorKnowledge();
    all.add(new Endpoint("main", host, port, listener.tls(), listener.httpsPort(), priorKnowledge));
    all.addAll(listener.others());
    return List.copyOf(all);
  }

  private static void requireApart(List<Endpoint> all) {
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        Endpoint one = all.get(j);
        Endpoint other = all.get(i);
        if (one.name().equals(other.name()) || (one.port() != 0 && one.samePlace(other))) {
          throw new IllegalArgumentException(
              "listeners %s and %s on %s port %d: expected different names and addresses"
                  .formatted(one.name(), other.name(), other.host(), other.port()));
        }
      }
    }
  }

  /** The same with this port. */
  public ProxyConfig withPort(int port) {
    return new ProxyConfig(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        servers);
  }

  /** The same with this listener. */
  public ProxyConfig withListener(ListenerConfig listener) {
    return new ProxyConfig(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        servers);
  }

  /** The same with these timeouts. */
  public ProxyConfig withTimeouts(ProxyTimeouts timeouts) {
    return new ProxyConfig(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        servers);
  }

  /** The same with these limits of clients. */
  public ProxyConfig withClients(ClientLimits clients) {
    return new ProxyConfig(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        servers);
  }

  /** The same with these rules. */
  public ProxyConfig withHops(HopRules hops) {
    return new ProxyConfig(
        host,
        port,
        loops,
        transport,
        listener,
        heads,
        clients,
        balancing,
        timeouts,
        retry,
        retryBudget,
        replayMaxBytes,
        idlePerServerMax,
        hops,
        servers);
  }

  /**
   * Refuses another configuration that only another process can have.
   *
   * @throws ProxyException if it is one
   */
  void requireSameProcess(ProxyConfig next) {
    requireSame("traffic.loops", loops, next.loops());
    requireSame("traffic.transport", transport, next.transport());
  }

  private static void requireSame(String key, Object before, Object next) {
    if (!before.equals(next)) {
      throw new ProxyException(
          "%s: it is %s and would be %s, expected the same until another process takes over"
              .formatted(key, before, next),
          null);
    }
  }

  private static void require(boolean holds, String what, int value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s %d: expected %s".formatted(what, value, expected));
    }
  }
}
