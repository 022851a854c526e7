/**
 * The demo application: a server whose load can be real or played, and which says once a second how
 * it is.
 *
 * <p>Not pure: it wires and starts threads. Start with {@link io.sluice.app.AppMain}, then {@link
 * io.sluice.app.App}, which wires the parts: {@code load} and {@code simulation} (pure) say what a
 * load is, {@code process} reads this process, {@code live} takes a sample a second, {@code report}
 * sends it to Kafka and {@code http} shows it. What it measures lives only in memory and is gone
 * with the process.
 */
@NullMarked
package io.sluice.app;

import org.jspecify.annotations.NullMarked;
