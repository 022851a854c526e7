/**
 * What the balancer tells others: facts to the journal, dead servers to the primary monitor.
 *
 * <p>Facts wait in memory until Kafka took them; a balancer that ends before that loses them, and
 * its successor finds the same facts again. Start with {@link io.sluice.balancer.report.Journal}.
 */
@NullMarked
package io.sluice.balancer.report;

import org.jspecify.annotations.NullMarked;
