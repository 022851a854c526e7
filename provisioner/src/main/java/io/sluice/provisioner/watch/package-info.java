/**
 * The leader's eye on the zones' balancers. Not pure: threads, HTTP.
 *
 * <p>Start with {@link io.sluice.provisioner.watch.BalancerWatch}; what a check means is decided by
 * {@link io.sluice.provisioner.watch.BalancerHealth}, which knows neither network nor clock.
 */
@NullMarked
package io.sluice.provisioner.watch;

import org.jspecify.annotations.NullMarked;
