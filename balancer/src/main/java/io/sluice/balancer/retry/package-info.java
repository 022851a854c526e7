/**
 * When a request that failed is sent again, and where to. Pure.
 *
 * <p>Start with {@link io.sluice.balancer.retry.RetryRule}; {@link
 * io.sluice.balancer.retry.RetryBudget} bounds what repeating costs.
 */
@NullMarked
package io.sluice.balancer.retry;

import org.jspecify.annotations.NullMarked;
