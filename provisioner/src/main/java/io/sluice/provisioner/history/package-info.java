/**
 * What the servers' metrics were over days and weeks, in a database of time series: written by the
 * {@link io.sluice.provisioner.history.MetricsSink}, or by Telegraf in its place, and read back by
 * a {@link io.sluice.provisioner.history.LoadHistory}. Not pure: it speaks HTTP and reads Kafka.
 *
 * <p>Nothing is decided by it: decisions go by the journal alone, and a monitor without a history
 * does all but show one. Start with {@link io.sluice.provisioner.history.HistoryConfig}.
 */
@NullMarked
package io.sluice.provisioner.history;

import org.jspecify.annotations.NullMarked;
