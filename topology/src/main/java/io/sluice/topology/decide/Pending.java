package io.sluice.topology.decide;

import io.sluice.schemas.id.CommandId;
import java.time.Instant;

/**
 * A server that was commanded to start and of which nothing was heard yet.
 *
 * @param command the command that asked for it
 * @param since broker's time of that command's cause
 */
public record Pending(CommandId command, Instant since) {}
