/** Tests of the fold. */
@NullMarked
package io.sluice.topology.decide;

import org.jspecify.annotations.NullMarked;
