package io.sluice.balancer.proxy;

import io.sluice.balancer.retry.RetryRule;

/**
 * What holds for requests that are with servers of one zone.
 *
 * @param timeouts how long it is waited there; what has to do with clients alone does not count
 * @param retry when requests are repeated
 */
public record ZoneTerms(ProxyTimeouts timeouts, RetryRule retry) {}
