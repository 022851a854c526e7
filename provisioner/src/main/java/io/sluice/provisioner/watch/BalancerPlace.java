package io.sluice.provisioner.watch;

import io.sluice.schemas.id.ZoneId;
import java.net.URI;

/**
 * Where a zone's balancer is.
 *
 * @param zone the zone
 * @param address where it takes requests
 * @param admin where it takes orders
 */
public record BalancerPlace(ZoneId zone, URI address, URI admin) {}
