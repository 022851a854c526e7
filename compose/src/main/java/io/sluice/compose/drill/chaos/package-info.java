/**
 * Faults that are drawn from a seed and done to a cluster of real processes, and the invariants
 * that must hold all the same. Not pure.
 *
 * <p>Start with {@link io.sluice.compose.drill.chaos.Chaos}; {@link
 * io.sluice.compose.drill.chaos.Deck} draws what {@link io.sluice.compose.drill.chaos.Striker}
 * does, {@link io.sluice.compose.drill.chaos.Recovery} waits until all is well again.
 */
@NullMarked
package io.sluice.compose.drill.chaos;

import org.jspecify.annotations.NullMarked;
