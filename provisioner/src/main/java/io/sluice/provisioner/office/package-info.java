/**
 * The leader's loop. Not pure: threads, Kafka, HTTP.
 *
 * <p>{@link io.sluice.provisioner.office.Office} takes office, serves a {@link
 * io.sluice.provisioner.office.Term}, and takes it again when it was lost. What to do is decided by
 * {@link io.sluice.provisioner.plan.Provisioning}; here are only the hands: {@link
 * io.sluice.provisioner.office.Ledger} reads and writes the topics ({@link
 * io.sluice.provisioner.office.KafkaLedger} on Kafka), {@link
 * io.sluice.provisioner.office.Performer} performs effects on the fleet.
 *
 * <p>Whoever takes office fences every earlier leader at the broker. So nothing here has to be sure
 * that it leads: a leader that was deposed can't record anything any more, and its effects are
 * idempotent.
 */
@NullMarked
package io.sluice.provisioner.office;

import org.jspecify.annotations.NullMarked;
