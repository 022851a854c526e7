/**
 * Binding a user to a server by a signed cookie. Pure.
 *
 * <p>Start with {@link io.sluice.balancer.sticky.Signer}.
 */
@NullMarked
package io.sluice.balancer.sticky;

import org.jspecify.annotations.NullMarked;
