/**
 * Which records are written where, and by whom. Pure.
 *
 * <p>{@link io.sluice.schemas.topic.Topics} is the only place that knows a topic's name.
 */
@NullMarked
package io.sluice.schemas.topic;

import org.jspecify.annotations.NullMarked;
