package io.sluice.balancer.proxy;

import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.limit.ClientKey;
import io.sluice.balancer.limit.ConnectionCounts;
import io.sluice.balancer.limit.RequestRates;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which connections and requests are let in; what is not is answered in the servers' place. Shared
 * by all loops. What it counts lives in memory only: after a restart, every client begins anew.
 */
final class Admission {
  private final ConnectionCounts connections = new ConnectionCounts();
  private volatile Rules rules;
  private volatile boolean maintenance;

  /**
   * What holds at present.
   *
   * @param perClient what one client may have
   * @param rates who asked how often; empty: nobody counts
   * @param told what clients are told while nobody serves them
   * @param page the page that they are shown; empty: a sentence
   */
  record Rules(
      PerClient perClient, Optional<RequestRates> rates, Maintenance told, Optional<Page> page) {
    /**
     * The rules of a configuration.
     *
     * @throws ProxyException if the page can't be read
     */
    static Rules of(ProxyConfig config, long nowNanos) {
      PerClient perClient = config.clients().perClient();
      Maintenance told = config.listener().maintenance();
      return new Rules(
          perClient,
          perClient
              .rate()
              .map(
                  rate -> new RequestRates(rate, ThreadLocalRandom.current().nextLong(), nowNanos)),
          told,
          told.page().map(Page::read));
    }

    /** The same, with what is known of who asked how often, if the limit is the same. */
    Rules after(Rules before) {
      return perClient.rate().equals(before.perClient.rate())
          ? new Rules(perClient, before.rates, told, page)
          : this;
    }
  }

  Admission(Rules rules) {
    this.rules = rules;
    this.maintenance = rules.told().on();
  }

  /** From now on these hold. An order to begin or end maintenance holds until they say another. */
  void become(Rules next) {
    Rules before = rules;
    rules = next.after(before);
    if (next.told().on() != before.told().on()) {
      maintenance = next.told().on();
    }
  }

  /** Whether requests are answered with a 503 instead of being served. */
  boolean maintenance() {
    return maintenance;
  }

  void maintenance(boolean on) {
    maintenance = on;
  }

  /** What clients are told while nobody serves them. */
  Rules rules() {
    return rules;
  }

  /** The answer to a request that is not let in; null if it is. */
  @Nullable Answer refusal(RequestHead head, Hop hop, long nowNanos) {
    if (hop.httpsPort().isPresent()) {
      return Answer.redirect(hop.secureLocation(head));
    }
    Rules present = rules;
    if (present.rates().isPresent()) {
      long early = early(present, present.rates().get(), hop.clientAddress(head), nowNanos);
      if (early > 0) {
        return Answer.tooOften(early);
      }
    }
    return maintenance ? Answer.MAINTENANCE : null;
  }

  private static long early(Rules rules, RequestRates rates, InetAddress client, long nowNanos) {
    return rules.perClient().exempt().contains(client)
        ? 0
        : rates.ask(ClientKey.of(client), nowNanos);
  }

  /** Whether a connection of the client counts; one that does has to {@link #enter}. */
  boolean counts(Hop hop) {
    PerClient perClient = rules.perClient();
    return perClient.connectionsMax() > 0
        && !hop.trusted()
        && !perClient.exempt().contains(hop.inetAddress());
  }

  /**
   * The client opens a connection.
   *
   * @return false if it has as many as it may
   */
  boolean enter(InetAddress client) {
    return connections.enter(ClientKey.of(client), Math.max(1, rules.perClient().connectionsMax()));
  }

  /** A connection that had entered is closed. */
  void leave(InetAddress client) {
    connections.leave(ClientKey.of(client));
  }
}
