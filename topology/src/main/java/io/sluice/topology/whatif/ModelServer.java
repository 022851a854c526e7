package io.sluice.topology.whatif;

import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;

/**
 * A modelled server. It is ready, or on its way in or out.
 *
 * @param id which one
 * @param command the command that brought it into its state
 * @param leaving whether it drains
 * @param due the second in which its way ends; of a ready one, in which it became ready
 */
record ModelServer(ServerId id, CommandId command, boolean leaving, long due) {}
