/**
 * What one client may ask for: how often, and over how many connections. Pure.
 *
 * <p>Start with {@link io.sluice.balancer.limit.RequestRates}.
 */
@NullMarked
package io.sluice.balancer.limit;

import org.jspecify.annotations.NullMarked;
