/**
 * The composition root: it wires the other modules into processes and clusters. Not pure. Start
 * with {@link io.sluice.compose.Main}, then {@link io.sluice.compose.cluster.EmbeddedCluster}.
 */
@NullMarked
package io.sluice.compose;

import org.jspecify.annotations.NullMarked;
