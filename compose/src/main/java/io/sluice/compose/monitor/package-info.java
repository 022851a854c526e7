/**
 * A monitor as the command line sees it: over HTTP. Not pure. Start with {@link
 * io.sluice.compose.monitor.MonitorClient}.
 */
@NullMarked
package io.sluice.compose.monitor;

import org.jspecify.annotations.NullMarked;
