/**
 * Whether servers of a new template do worse than those of the one before, by what balancers
 * counted of both. Pure. {@link io.sluice.schemas.canary.CanaryEvidence} is where to start.
 */
@NullMarked
package io.sluice.schemas.canary;

import org.jspecify.annotations.NullMarked;
