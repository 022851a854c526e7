/**
 * What a server says of itself once a second. Pure. Start with {@link
 * io.sluice.schemas.metric.ServerMetrics}.
 */
@NullMarked
package io.sluice.schemas.metric;

import org.jspecify.annotations.NullMarked;
