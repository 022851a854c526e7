package io.sluice.schemas.leadership;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;

/**
 * A leader's sign that it is at work; the value of a {@code leadership} record. It is no fact and
 * decides nothing: monitors that lost sight of the leader look for it before they elect another.
 *
 * @param monitor who leads
 * @param epoch its term
 * @param url where it answers
 */
public record Heartbeat(MonitorId monitor, Epoch epoch, URI url) {}
