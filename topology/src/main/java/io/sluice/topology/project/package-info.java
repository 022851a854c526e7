/**
 * What the facts mean for the balancers. Pure.
 *
 * <p>{@link io.sluice.topology.project.Membership} compares a zone before and after a fact and
 * gives the records by which its membership topic follows.
 */
@NullMarked
package io.sluice.topology.project;

import org.jspecify.annotations.NullMarked;
