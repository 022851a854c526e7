/**
 * A whole Sluice cluster in one process: broker, Redis, monitor, balancers, and servers as child
 * processes. Not pure. Start with {@link io.sluice.compose.cluster.EmbeddedCluster}.
 */
@NullMarked
package io.sluice.compose.cluster;

import org.jspecify.annotations.NullMarked;
