/** Tests of the whole topology, without a broker. */
@NullMarked
package io.sluice.topology;

import org.jspecify.annotations.NullMarked;
