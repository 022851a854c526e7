/**
 * Which server gets a request. Pure.
 *
 * <p>A pick sees candidates by index and says which one; whoever calls it knows what stands behind
 * an index. Its own memory (whose turn it is) is soft state: lost without harm. Start with {@link
 * io.sluice.balancer.pick.Pick}.
 */
@NullMarked
package io.sluice.balancer.pick;

import org.jspecify.annotations.NullMarked;
