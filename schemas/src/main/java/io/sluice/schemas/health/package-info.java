/**
 * How a server is asked over HTTP/1.1 and HTTP/2 whether it is well, by balancers and monitors. Not
 * pure: it blocks on a socket.
 */
@NullMarked
package io.sluice.schemas.health;

import org.jspecify.annotations.NullMarked;
