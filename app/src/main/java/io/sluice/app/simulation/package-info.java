/**
 * The situations that a server can play instead of showing its real load. Pure.
 *
 * <p>Start with {@link io.sluice.app.simulation.Simulation}: the processor use of a situation as a
 * function of the seconds since it began and a seed.
 */
@NullMarked
package io.sluice.app.simulation;

import org.jspecify.annotations.NullMarked;
