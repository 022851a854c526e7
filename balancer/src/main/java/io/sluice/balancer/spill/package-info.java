/**
 * Which zone a gateway gives a request to: its home zone as long as that can take it, else another
 * one. Pure.
 *
 * <p>Start with {@link io.sluice.balancer.spill.SpillRule}.
 */
@NullMarked
package io.sluice.balancer.spill;

import org.jspecify.annotations.NullMarked;
