/** Tests of the model. */
@NullMarked
package io.sluice.topology.whatif;

import org.jspecify.annotations.NullMarked;
