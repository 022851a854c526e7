/** Tests of the forecast, and what it was tuned by. */
@NullMarked
package io.sluice.topology.forecast;

import org.jspecify.annotations.NullMarked;
