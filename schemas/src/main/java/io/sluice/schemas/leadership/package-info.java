/**
 * What a leader says of itself besides the facts. Pure.
 *
 * <p>Start with {@link io.sluice.schemas.leadership.Heartbeat}.
 */
@NullMarked
package io.sluice.schemas.leadership;

import org.jspecify.annotations.NullMarked;
