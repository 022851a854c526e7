package io.sluice.balancer.http;

/**
 * What the balancer adds to a request about the hop that it came over.
 *
 * @param clientAddress IP address of the client, for {@code X-Forwarded-For}
 * @param defaultHost the {@code Host} of a request that has none (HTTP/1.0)
 * @param trusted whether the client is a proxy of ours, so that what it says about earlier hops is
 *     kept; otherwise those fields are replaced, since anybody can write them
 */
public record Hop(byte[] clientAddress, byte[] defaultHost, boolean trusted) {}
