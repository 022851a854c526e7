package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.Statistics;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.ServerFleet.Sampling;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's stream about one container, as samples of its server. */
final class StatsSampling implements Sampling {
  private static final Logger LOG = LoggerFactory.getLogger(StatsSampling.class);

  /** The engine tells once a second; a stream that is silent for so long leads nowhere. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  private final Supplier<Optional<Place>> source;
  private final ServerId server;
  private final Consumer<Sample> listener;
  private final Thread thread;
  private Optional<Usage> before = Optional.empty();
  private double cpus;
  private volatile long heardAt = System.nanoTime();
  private volatile boolean over;

  /**
   * Where a server runs.
   *
   * @param engine the engine of its host
   * @param container its container's name or id
   */
  record Place(Engine engine, String container) {}

  /**
   * Begins to listen.
   *
   * @param source finds out where it runs, if it does; may block and fail as fleets do
   */
  StatsSampling(ServerId server, Supplier<Optional<Place>> source, Consumer<Sample> listener) {
    this.source = source;
    this.server = server;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("stats-" + server).start(this::listen);
  }

  private void listen() {
    try (StreamCallback<Statistics> ear = new StreamCallback<>(this::heard)) {
      Optional<Place> place = source.get();
      Optional<ContainerState> container =
          place
              .flatMap(found -> found.engine().inspect(found.container()))
              .filter(ContainerState::runs);
      if (container.isPresent()) {
        cpus = container.get().cpus();
        place.get().engine().stats(container.get().id(), ear);
        while (ear.awaitEnd(SILENCE_MAX).isEmpty()
            && System.nanoTime() - heardAt < SILENCE_MAX.toNanos()) {
          LOG.trace("server {} is measured", server);
        }
      }
    } catch (FleetException | IOException failed) {
      LOG.debug("server {} can't be measured", server, failed);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      over = true;
    }
  }

  private void heard(Statistics item) {
    heardAt = System.nanoTime();
    Optional<Usage> now = Usage.of(item);
    if (now.isPresent() && before.isPresent()) {
      listener.accept(new Sample(server, now.get().at(), now.get().since(before.get(), cpus)));
    }
    before = now;
  }

  @Override
  public boolean isOver() {
    return over;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
