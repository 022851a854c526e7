/**
 * Benchmarks that the command line runs: how fast history is folded and audited. Not pure. Start
 * with {@link io.sluice.compose.bench.FoldBench}; {@link io.sluice.compose.bench.GeneratedHistory}
 * makes the history that both work on.
 */
@NullMarked
package io.sluice.compose.bench;

import org.jspecify.annotations.NullMarked;
