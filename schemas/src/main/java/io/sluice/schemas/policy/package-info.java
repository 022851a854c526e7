/**
 * How a zone scales and what its servers are made of, as data. Pure. The decisions themselves are
 * made elsewhere; start with {@link io.sluice.schemas.policy.ZonePolicy}.
 */
@NullMarked
package io.sluice.schemas.policy;

import org.jspecify.annotations.NullMarked;
