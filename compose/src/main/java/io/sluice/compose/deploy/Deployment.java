package io.sluice.compose.deploy;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.Optional;

/**
 * What a service of a Compose file becomes.
 *
 * @param service its name in the file
 * @param zone the zone that runs it
 * @param template what its servers are made of
 * @param policy how it scales; empty: the file does not say, and what holds goes on to hold
 */
public record Deployment(
    String service, ZoneId zone, ServerTemplate template, Optional<ZonePolicy> policy) {}
