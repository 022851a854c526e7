/**
 * The three pools: which servers take requests, which are retried, which are given up. Pure.
 *
 * <p>A step machine: {@link io.sluice.balancer.pool.Pools#step} takes the state, one input and the
 * time, and gives the next state and what has to be done about it. Whoever drives it performs the
 * outputs and feeds back what came of them. All of it is soft state: a balancer that restarts
 * begins with every member of its zone alive and finds out again.
 */
@NullMarked
package io.sluice.balancer.pool;

import org.jspecify.annotations.NullMarked;
