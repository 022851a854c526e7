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
 * @param template the revision of its zone's template that it is made from, 1 or more
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
    Optional<String> trouble,
    int template) {
  /** So much of an error is kept, in characters: the rest is in the fact that told it. */
  public static final int ERROR_MAX = 300;

  /** One of which nobody knows what it is made from is of the zone's first template. */
  public Server {
    template = Math.max(1, template);
    trouble = kept(trouble);
  }

  static Optional<String> kept(Optional<String> error) {
    return error.map(
        text -> text.length() <= ERROR_MAX ? text : text.substring(0, ERROR_MAX) + "…");
  }

  /** Whether it counts among the servers that the zone wants: it is starting or ready. */
  public boolean live() {
    return state == ServerState.STARTING || state == ServerState.READY;
  }

  Server enter(ServerState next, Instant time) {
    return new Server(
        id, next, address, handle, command, startedAt, time, drained, trouble, template);
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
        Optional.of(reason),
        template);
  }

  Server drain() {
    return new Server(
        id, state, address, handle, command, startedAt, since, true, trouble, template);
  }

  /** The same, with its times moved. */
  public Server of(Instant started, Instant entered) {
    return new Server(
        id, state, address, handle, command, started, entered, drained, trouble, template);
  }

  /** The same, made from what is now known as this revision. */
  Server of(int revision) {
    return new Server(
        id, state, address, handle, command, startedAt, since, drained, trouble, revision);
  }
}
