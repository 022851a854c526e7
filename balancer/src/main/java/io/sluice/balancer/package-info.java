/**
 * The HTTP load balancer of one zone.
 *
 * <p>{@link io.sluice.balancer.Balancer} wires the parts: {@code membership} says which servers
 * there are, {@code pool} (pure) which of them take requests, {@code proxy} passes requests on and
 * finds out when one does not answer, {@code report} tells the others, {@code admin} shows it all.
 * Start there, then with {@code PoolsLoop}, the one thread that owns the pools.
 */
@NullMarked
package io.sluice.balancer;

import org.jspecify.annotations.NullMarked;
