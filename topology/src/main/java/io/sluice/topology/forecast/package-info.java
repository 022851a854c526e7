/** Stub. Pure. */
@NullMarked
package io.sluice.topology.forecast;

import org.jspecify.annotations.NullMarked;
