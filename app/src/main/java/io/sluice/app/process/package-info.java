/**
 * What can be read from this process and its host, and the work that it can be given. Not pure.
 *
 * <p>Start with {@link io.sluice.app.process.ProcessReader}; {@link
 * io.sluice.app.process.RequestCounter} counts what the server does, and {@link
 * io.sluice.app.process.Burner} makes real load. The counters live only in memory and start from
 * zero with the process.
 */
@NullMarked
package io.sluice.app.process;

import org.jspecify.annotations.NullMarked;
