package io.sluice.balancer.http;

/**
 * Whom the balancer believes about the way that a request came, and what it says of itself.
 *
 * @param trusted proxies whose {@code X-Forwarded-*} and the like are kept, by their addresses;
 *     what anybody else says of other hops is dropped
 * @param proxyProtocol who has to begin each connection with a header of the PROXY protocol, which
 *     says for whom it is
 * @param via whether servers are told that the request passed through here
 */
public record HopRules(Networks trusted, Networks proxyProtocol, boolean via) {
  /**
   * Nobody is believed. No {@code Via}: common servers do not compress what they send to proxies,
   * and neither nginx nor HAProxy sends one.
   */
  public static final HopRules DEFAULT = new HopRules(Networks.NONE, Networks.NONE, false);

  /** The same, with these proxies believed. */
  public HopRules trusting(Networks proxies) {
    return new HopRules(proxies, proxyProtocol, via);
  }
}
