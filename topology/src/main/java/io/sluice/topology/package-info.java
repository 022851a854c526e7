/**
 * The Kafka Streams topology: observe, decide, project. Not pure.
 *
 * <p>{@link io.sluice.topology.ZoneTopology#build} is the whole of it in one method. {@link
 * io.sluice.topology.ZoneStreams} runs it and says how it is doing; {@link
 * io.sluice.topology.TopologyConfig} is what can be set. The decisions themselves are pure
 * functions in the packages below, which know nothing of Kafka.
 */
@NullMarked
package io.sluice.topology;

import org.jspecify.annotations.NullMarked;
