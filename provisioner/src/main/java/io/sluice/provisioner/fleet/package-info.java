/**
 * What runs servers, as the leader sees it. Pure: an interface and the records that it speaks in;
 * each implementation has a package of its own below this one.
 *
 * <p>Start with {@link io.sluice.provisioner.fleet.ServerFleet}. It is not to be confused with
 * {@link io.sluice.schemas.fleet.Fleet}, which is what the journal says about servers; the two are
 * held together by reconciliation.
 */
@NullMarked
package io.sluice.provisioner.fleet;

import org.jspecify.annotations.NullMarked;
