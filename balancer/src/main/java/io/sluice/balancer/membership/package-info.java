/**
 * Which servers the zone has, as its compacted membership topic says.
 *
 * <p>The topic is read whole at every start. When Kafka is gone, the last known membership holds;
 * after a restart without Kafka, the copy on disk does. Start with {@link
 * io.sluice.balancer.membership.MembershipReader}.
 */
@NullMarked
package io.sluice.balancer.membership;

import org.jspecify.annotations.NullMarked;
