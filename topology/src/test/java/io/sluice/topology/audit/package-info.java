/** Tests of the audit. */
@NullMarked
package io.sluice.topology.audit;

import org.jspecify.annotations.NullMarked;
