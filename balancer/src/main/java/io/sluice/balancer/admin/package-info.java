/**
 * The admin port: what a balancer shows of itself, and the orders it takes.
 *
 * <p>Not pure, but nothing is decided here: requests are read, checked as a whole, and handed to
 * {@link io.sluice.balancer.admin.Operations}. Errors are problem documents (RFC 9457). Start with
 * {@link io.sluice.balancer.admin.AdminServer}.
 */
@NullMarked
package io.sluice.balancer.admin;

import org.jspecify.annotations.NullMarked;
