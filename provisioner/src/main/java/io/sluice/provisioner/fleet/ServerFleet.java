package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.supervision.LoopState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whatever runs servers: processes of this host, a container engine.
 *
 * <p>All effects are idempotent, since a fleet can't check epochs: two monitors that both believe
 * to lead may ask for the same thing. A server's id is its name in the fleet. Methods may be called
 * by many threads and may block.
 */
public interface ServerFleet extends AutoCloseable {
  /**
   * Runs a server. Starting what runs already is adoption: it answers as if it had started it.
   *
   * @throws FleetException if it can't be started; then nothing of it is left
   */
  Started start(ServerSpec spec);

  /** Why servers made of this template can never run in it; empty: they may. Asks nobody. */
  default Optional<String> objection(ServerTemplate template) {
    return Optional.empty();
  }

  /**
   * Ends a server and removes what the fleet keeps of it. Stopping what is gone is success.
   *
   * @param grace how long the server may take to end by itself before it is killed
   * @throws FleetException if it still runs
   */
  void stop(ServerId server, Duration grace);

  /**
   * The same of a server that is known by what the fleet called it when it was started: what has
   * its name by now and is another one is let alone.
   *
   * @param handle as {@link Started#handle}
   * @throws FleetException if it still runs
   */
  default void stop(ServerId server, String handle, Duration grace) {
    stop(server, grace);
  }

  /**
   * Every server that this fleet keeps something of, running or not, and for which zones that is
   * all; where only a part of the fleet answers, that part's.
   *
   * @throws FleetException if nothing of the fleet can be asked
   */
  Listing list();

  /**
   * Ends every server of this fleet.
   *
   * @param grace how long each may take to end by itself before it is killed
   * @throws FleetException if one still runs
   */
  default void stopAll(Duration grace) {
    list().forEach(instance -> stop(instance.server(), grace));
  }

  /**
   * Tells about every server that ends, from now on until the watch is closed: at least once per
   * server that was running when the watch began, or was started or listed through this fleet
   * since. Ends that were asked for are told too.
   *
   * @param listener called by any thread; must not block
   */
  Watch watch(Consumer<Exit> listener);

  /**
   * How a server ended that runs no more, as far as what is left of it tells; empty: nothing is
   * left, it runs, or a watch is about to tell it better.
   *
   * @param handle as {@link Started#handle}; empty: it is known by its id alone
   * @throws FleetException if the fleet can't be asked
   */
  default Optional<Exit> howEnded(ServerId server, Optional<String> handle) {
    return Optional.empty();
  }

  /**
   * Tells what is measured of a server, about once a second, until the sampling is over. A fleet
   * that measures nothing tells nothing.
   *
   * @param listener called by any thread; must not block
   */
  default Sampling sample(ServerId server, Consumer<Sample> listener) {
    return Sampling.NONE;
  }

  /**
   * What keeps a server from being well, by the command that its template has for that; empty: it
   * is well.
   *
   * @throws FleetException if the fleet can't be asked
   */
  default String unwell(ServerId server) {
    throw new FleetException("this fleet runs no command beside a server");
  }

  /**
   * What a server printed, as far as the fleet keeps it; empty: it keeps nothing of such a server.
   * One that ended may still have printed something.
   *
   * @param piece which part of it
   * @throws FleetException if it can't be read
   */
  default Optional<ServerLog> log(ServerId server, ServerLog.Piece piece) {
    throw new FleetException("this fleet does not keep what servers print");
  }

  /** How the loops do that its watches run on, for health. */
  default List<LoopState> loops() {
    return List.of();
  }

  /** Lets go of the fleet; its servers go on running. */
  @Override
  void close();

  /** A stream of measurements that can be closed; closing it twice does nothing. */
  interface Sampling extends AutoCloseable {
    /** Nothing is measured. */
    Sampling NONE =
        new Sampling() {
          @Override
          public boolean isOver() {
            return false;
          }

          @Override
          public void close() {}
        };

    /** Whether nothing more will be told: it was closed, the server ended, the fleet was lost. */
    boolean isOver();

    @Override
    void close();
  }

  /** A stream of exits that can be closed; closing it twice does nothing. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
