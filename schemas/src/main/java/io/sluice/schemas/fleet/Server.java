package io.sluice.schemas.fleet;

import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * A server as the journal tells it.
 *
 * @param id which one
 * @param state where it is in its life
 * @param address where it serves
 * @param handle what the fleet calls it
 * @param command the command that started it
 * @param startedAt broker's time of its start
 * @param since broker's time of the fact that brought it into its state
 * @param drained whether its balancer has nothing in flight to it any more
 * @param trouble why it is dead, for people
 */
public record Server(
    ServerId id,
    ServerState state,
    URI address,
    String handle,
    CommandId command,
    Instant startedAt,
    Instant since,
    boolean drained,
    Optional<String> trouble) {
  /** Whether it counts among the servers that the zone wants: it is starting or ready. */
  public boolean live() {
    return state == ServerState.STARTING || state == ServerState.READY;
  }

  Server enter(ServerState next, Instant time) {
    return new Server(id, next, address, handle, command, startedAt, time, drained, trouble);
  }

  Server die(String reason, Instant time) {
    return new Server(
        id,
        ServerState.DEAD,
        address,
        handle,
        command,
        startedAt,
        time,
        drained,
        Optional.of(reason));
  }

  Server drain() {
    return new Server(id, state, address, handle, command, startedAt, since, true, trouble);
  }
}
