/**
 * The data path: bytes from clients to servers and back, on Netty, without HTTP objects.
 *
 * <p>Everything of one client connection, its upstream connection included, happens on one event
 * loop, so nothing here takes a lock: a {@link io.sluice.balancer.proxy.Loop} owns its connections,
 * its pool of idle upstream connections, its counters and its scratch memory. What it knows of the
 * servers is an immutable snapshot read through a volatile; what it finds out about them it hands
 * to {@link io.sluice.balancer.proxy.Observations}.
 *
 * <p>Start with {@link io.sluice.balancer.proxy.Proxy}, then {@code ClientConnection} (the client's
 * side), {@code Exchange} (one request: tries, retries, end), {@code RequestRelay} and {@code
 * ResponseRelay} (the bytes each way).
 */
@NullMarked
package io.sluice.balancer.proxy;

import org.jspecify.annotations.NullMarked;
