/**
 * How a server that speaks HTTP/2 alone is asked whether it is well, by balancers and monitors. Not
 * pure: it blocks on a socket.
 */
@NullMarked
package io.sluice.schemas.health;

import org.jspecify.annotations.NullMarked;
