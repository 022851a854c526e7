/**
 * What the leader does about what it hears. Pure: no Kafka, no fleet, no clock, no threads; time is
 * a parameter.
 *
 * <p>{@link io.sluice.provisioner.plan.LeaderTurns} is where to start: the turns of one term, which
 * the leader's loop and the simulator share. Each turn hands its {@link
 * io.sluice.provisioner.plan.Input}s to {@link io.sluice.provisioner.plan.ProvisionerState}, a
 * deterministic step machine, and gets an {@link io.sluice.provisioner.plan.Outcome}: the facts to
 * record, the offsets that go with them, and the {@link io.sluice.provisioner.plan.Effect}s to
 * perform. Its parts are small and can be read alone: {@link
 * io.sluice.provisioner.plan.OptimisticView} (what the journal says, and what it is about to say),
 * {@link io.sluice.provisioner.plan.SettledStarts} (which commands were carried out, by the
 * journal), {@link io.sluice.provisioner.plan.CommandOffsets} (from where the next leader reads
 * them), {@link io.sluice.provisioner.plan.Reconciliation} (the journal against the fleet), {@link
 * io.sluice.provisioner.plan.TermStart} (the facts that begin a term), {@link
 * io.sluice.provisioner.plan.Change} and {@link io.sluice.provisioner.plan.ChangeResult} (what
 * people ask for, and what becomes of it).
 *
 * <p>No input that can be recorded makes a step throw: what can't be worked in is the trouble of
 * the server, zone or caller that it concerns.
 *
 * <p>Everything here but the journal's own state is soft: it is rebuilt from the journal, the
 * commands and the fleet's listing by whoever leads next.
 */
@NullMarked
package io.sluice.provisioner.plan;

import org.jspecify.annotations.NullMarked;
