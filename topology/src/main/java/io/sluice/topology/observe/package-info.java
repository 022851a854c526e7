/**
 * The arithmetic of load: from single reports of servers to one observation of a zone per second.
 * Pure.
 *
 * <p>Reports are first reduced where they arrive, one metrics partition at a time: {@link
 * io.sluice.topology.observe.OpenPane} adds up what came in one second of the broker's append time
 * and gives a {@link io.sluice.topology.observe.Pane} per zone. The panes of all partitions meet in
 * the zone's {@link io.sluice.topology.observe.ZoneWindow}, which keeps as many seconds as the
 * zone's policy looks back, and gives a {@code LoadObserved} for each second. A report therefore
 * costs one update, whatever the window, and a zone can have more servers than a partition carries.
 *
 * <p>Everything kept here is soft: it is lost when a partition moves to another process, and comes
 * back from the next seconds of reports. Until it has, the servers not yet heard of again are
 * listed as missing, and on missing data nobody scales in.
 *
 * <p>Two clocks must not be confused. Which second a report belongs to is the broker's append time.
 * When nothing comes any more, only the time that has passed on the local clock counts; the two are
 * never compared. How long a server has been ready is told by the broker's clock too, see {@link
 * io.sluice.topology.observe.WarmUp}. Start with {@link io.sluice.topology.observe.ZoneWindow}.
 */
@NullMarked
package io.sluice.topology.observe;

import org.jspecify.annotations.NullMarked;
