/**
 * The way of a server's measurements to Kafka. Not pure.
 *
 * <p>Start with {@link io.sluice.app.report.MetricsSender}. What waits to be sent lives only in
 * memory and is one measurement at most: when Kafka is gone the newest matters, and the observer
 * counts a silent server as missing rather than idle.
 */
@NullMarked
package io.sluice.app.report;

import org.jspecify.annotations.NullMarked;
