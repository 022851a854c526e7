/**
 * What other policies would have made of a load, from files and histories to tables and plots. Not
 * pure: it reads files and recorded histories. It writes to no topic and knows no fleet; what it
 * finds out, it finds out in the pure model of {@code io.sluice.topology.whatif}. Start with {@link
 * io.sluice.compose.whatif.HistoryWhatIf}.
 */
@NullMarked
package io.sluice.compose.whatif;

import org.jspecify.annotations.NullMarked;
