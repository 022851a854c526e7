/**
 * The balancer beside HAProxy and nginx on the same machine at the same time. Not pure. Start with
 * {@link io.sluice.compose.bench.balancer.BalancerBench}.
 */
@NullMarked
package io.sluice.compose.bench.balancer;

import org.jspecify.annotations.NullMarked;
