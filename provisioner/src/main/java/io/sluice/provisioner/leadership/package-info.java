/**
 * The leader's loop. Not pure: threads, Kafka, HTTP.
 *
 * <p>{@link io.sluice.provisioner.leadership.Leadership} takes office, serves a {@link
 * io.sluice.provisioner.leadership.LeaderLoop}, and takes it again when it was lost. What to do is
 * decided by {@link io.sluice.provisioner.plan.ProvisionerState}; here are only the hands: {@link
 * io.sluice.provisioner.leadership.LeaderLog} reads and writes the topics ({@link
 * io.sluice.provisioner.leadership.KafkaLeaderLog} on Kafka), {@link
 * io.sluice.provisioner.leadership.EffectExecutor} performs effects on the fleet.
 *
 * <p>Whoever takes office fences every earlier leader at the broker. So nothing here has to be sure
 * that it leads: a leader that was deposed can't record anything any more, and its effects are
 * idempotent.
 */
@NullMarked
package io.sluice.provisioner.leadership;

import org.jspecify.annotations.NullMarked;
