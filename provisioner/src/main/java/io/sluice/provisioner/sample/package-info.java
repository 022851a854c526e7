/**
 * Metrics for servers that write none themselves: what their fleet measures from outside, as
 * records of the topic {@code metrics}. Not pure: threads, Kafka.
 *
 * <p>Start with {@link io.sluice.provisioner.sample.Sampler}.
 */
@NullMarked
package io.sluice.provisioner.sample;

import org.jspecify.annotations.NullMarked;
