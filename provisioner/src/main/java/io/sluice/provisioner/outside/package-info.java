/**
 * Figures of zones that the leader asks others for, such as the length of a queue. Not pure: it
 * speaks to Redis, Kafka and HTTP. What it hears becomes facts of the journal, so that whoever
 * looks back need not ask again. Start with {@link io.sluice.provisioner.outside.LoadCollector}.
 */
@NullMarked
package io.sluice.provisioner.outside;

import org.jspecify.annotations.NullMarked;
