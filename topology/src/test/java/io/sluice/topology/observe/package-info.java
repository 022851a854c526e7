/** Tests of observe. */
@NullMarked
package io.sluice.topology.observe;

import org.jspecify.annotations.NullMarked;
