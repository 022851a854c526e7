/**
 * What the leader does about what it hears. Pure: no Kafka, no fleet, no clock, no threads; time is
 * a parameter.
 *
 * <p>{@link io.sluice.provisioner.plan.ProvisionerState} is the leader's mind: a deterministic step
 * machine from {@link io.sluice.provisioner.plan.Input}s to {@link
 * io.sluice.provisioner.plan.Outcome}s, which hold the facts to record, the offsets that go with
 * them, and the {@link io.sluice.provisioner.plan.Effect}s to perform. Its parts are small and can
 * be read alone: {@link io.sluice.provisioner.plan.OptimisticView} (what the journal says, and what
 * it is about to say), {@link io.sluice.provisioner.plan.CommandOffsets} (which commands are open,
 * and how far the offsets may move), {@link io.sluice.provisioner.plan.Reconciliation} (the journal
 * against the fleet), {@link io.sluice.provisioner.plan.TermStart} (the facts of taking office),
 * {@link io.sluice.provisioner.plan.Change} and {@link io.sluice.provisioner.plan.ChangeResult}
 * (what people ask for, and what becomes of it).
 *
 * <p>Everything here but the journal's own state is soft: it is rebuilt from the journal, the
 * committed offsets and the fleet's listing by whoever takes office next.
 */
@NullMarked
package io.sluice.provisioner.plan;

import org.jspecify.annotations.NullMarked;
