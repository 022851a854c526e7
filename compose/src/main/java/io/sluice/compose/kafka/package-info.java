/**
 * Reading and preparing a cluster's Kafka topics for the command line and the embedded cluster. Not
 * pure. Start with {@link io.sluice.compose.kafka.TopicReader}.
 */
@NullMarked
package io.sluice.compose.kafka;

import org.jspecify.annotations.NullMarked;
