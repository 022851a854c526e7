/**
 * What other policies would have made of a load: a model of one zone's fleet in virtual time,
 * driven by the very fold that decides for real fleets. Pure.
 *
 * <p>Nothing in here can reach a fleet: the model's servers are numbers in lists, its seconds are
 * counted, and the commands of the fold are obeyed by those lists only. The same load and the same
 * policies give the same figures, whenever and wherever they are run.
 *
 * <p>A {@link io.sluice.topology.whatif.Workload} is what comes to the zone: read from a trace, or
 * derived from a journal by {@link io.sluice.topology.whatif.ZoneRecording}. A {@link
 * io.sluice.topology.whatif.Course} is how a fleet goes through it, second by second: the modelled
 * one under a policy, or the one that was recorded. Every course is scored by the same formulas.
 * Start with {@link io.sluice.topology.whatif.WhatIf}.
 */
@NullMarked
package io.sluice.topology.whatif;

import org.jspecify.annotations.NullMarked;
