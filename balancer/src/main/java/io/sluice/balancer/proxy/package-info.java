/**
 * The data path: bytes from clients to servers and back, on Netty, without HTTP objects. Not pure.
 *
 * <p>Everything of one client connection, its upstream connection included, happens on one event
 * loop, so nothing here takes a lock: a {@link io.sluice.balancer.proxy.Loop} owns its connections,
 * its pool of idle upstream connections, its counters and its scratch memory. What it knows of the
 * servers is an immutable snapshot read through a volatile; what it finds out about them it hands
 * to {@link io.sluice.balancer.proxy.Observations}.
 *
 * <p>Start with {@link io.sluice.balancer.proxy.Proxy}, then {@code ClientConnection} (the client's
 * side), {@code Exchange} (one request, told in steps, of which {@code Stage} knows the present
 * one), {@code RequestRelay} and {@code ResponseRelay} (the bytes each way).
 *
 * <p>Below are ports, so that a loop can be driven by a simulation as it is: {@code Wire}, a
 * connection without its socket; {@code Connector}, which makes those to servers; {@code Turns},
 * the loop's clock, which is read once a turn. Sockets stand behind {@code EpollWire} and {@code
 * EpollConnector}, which need no channel, where nothing but plain HTTP/1 is spoken on Linux, else
 * behind {@code ChannelWire} and {@code ChannelConnector}; {@code Acceptor} says which.
 *
 * <p>An exchange knows its client only as a {@code Downstream}, the loop only as a {@code Client}.
 * Another kind of client, such as a connection of HTTP/2, joins like this:
 *
 * <ol>
 *   <li>Its connection is a {@code Client}: {@code OpenClients.opened} when it is there, {@code
 *       OpenClients.closed} when it is gone. Each of its streams is a {@code Downstream} with an
 *       {@code Exchange} of its own.
 *   <li>A request's head is written as HTTP/1.1 and scanned by {@code Loop.requestHead}, so that it
 *       is judged as any other; a body whose length is not known is sent in chunks. Then {@code
 *       Loop.rewrite}, and {@code Exchange.begin} with {@code Loop.outBuffer}.
 *   <li>The body goes to {@code Exchange.pass} while {@code Exchange.takesBody}, then {@code
 *       Exchange.flush}; what is left over waits for {@code Downstream.bodyWanted}.
 *   <li>When the client can take more, {@code Exchange.clientWritabilityChanged}; when it leaves,
 *       or resets its stream, {@code Exchange.cancel}, once, unless the exchange is over.
 *   <li>In {@code Client.sweep}, {@code Patience} tells whether the time is up: {@code
 *       Exchange.serverTimedOut} then, else {@code Exchange.overdue} has a look at the server.
 * </ol>
 */
@NullMarked
package io.sluice.balancer.proxy;

import org.jspecify.annotations.NullMarked;
