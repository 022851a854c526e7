/**
 * Clusters of real processes that are hurt on purpose, to measure and to test what they do then.
 * Not pure.
 *
 * <p>Start with {@link io.sluice.compose.drill.DrillCluster}; {@link
 * io.sluice.compose.drill.FailoverDrill} is what {@code bench failover} runs.
 */
@NullMarked
package io.sluice.compose.drill;

import org.jspecify.annotations.NullMarked;
