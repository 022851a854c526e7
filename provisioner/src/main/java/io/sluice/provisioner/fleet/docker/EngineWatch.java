package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.Event;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to one engine's events as long as it is open, whatever becomes of the engine.
 *
 * <pre>
 *          ┌──────────── stream ends, or no answer to a ping ────────────┐
 *          ▼                                                             │
 *       pausing ──▶ connecting ──▶ catching up ──▶ hearing ──────────────┤
 *          ▲            │              │                                 │
 *          └────────────┴── failed ────┘                     closed ──▶ over
 * </pre>
 *
 * <p>An engine that can't be reached says nothing about its servers: they may well go on serving.
 * Only what it says when it is back counts.
 */
final class EngineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  /** The engine answers a call for events at once. */
  private static final Duration BEGIN_MAX = Duration.ofSeconds(10);

  /** A host that lost its power does not close its connections: silence has to be asked. */
  private static final Duration PING_INTERVAL = Duration.ofSeconds(10);

  /** A ping has half a minute, as has what comes before the first one. */
  private static final Duration TURN_MAX = Duration.ofSeconds(90);

  private final EngineEndpoint site;
  private final Consumer<Exit> listener;
  private final Loops loops = WatchLoops.make();

  /** Begins to listen. */
  EngineWatch(EngineEndpoint site, Consumer<Exit> listener) {
    this.site = site;
    this.listener = listener;
    var _ = loops.restarting("events-" + site.engine().access(), TURN_MAX, this::listenAlways);
  }

  private void listenAlways(Loops.Turns turns) throws InterruptedException {
    Duration pause = PAUSE_MIN;
    boolean told = false;
    while (!Thread.currentThread().isInterrupted()) {
      turns.turned();
      try (StreamCallback<Event> ear = new StreamCallback<>(this::heard)) {
        String end = listen(ear, turns);
        LOG.warn("events of {} are no longer heard: {}", site.engine().access(), end);
        pause = PAUSE_MIN;
        told = false;
      } catch (FleetException | IOException failed) {
        if (!told && !Thread.currentThread().isInterrupted()) {
          LOG.warn("{}; trying again until it works", failed.getMessage());
          told = true;
        }
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
    }
  }

  /** Hears until the stream ends; says why it did. */
  private String listen(StreamCallback<Event> ear, Loops.Turns turns) throws InterruptedException {
    site.engine().listen(Labels.CLUSTER, site.cluster(), ear);
    if (!ear.awaitBegin(BEGIN_MAX)) {
      throw new FleetException(
          "events of %s can't be heard: %s"
              .formatted(
                  site.engine().access(), ear.awaitEnd(Duration.ZERO).orElse("it says nothing")));
    }
    catchUp();
    Optional<String> end = ear.awaitEnd(PING_INTERVAL);
    while (end.isEmpty()) {
      turns.turned();
      site.engine().ping();
      end = ear.awaitEnd(PING_INTERVAL);
    }
    return end.get();
  }

  /** Tells of the servers that ended while nobody listened. */
  private void catchUp() {
    Map<ServerId, String> before = site.running();
    Map<ServerId, String> now = site.list();
    before.forEach((server, container) -> {
      if (!container.equals(now.get(server))) {
        ended(server, container, Optional.empty());
      }
    });
  }

  private void heard(Event event) {
    if (event.getActor() == null || event.getActor().getAttributes() == null) {
      return;
    }
    Map<String, String> attributes = event.getActor().getAttributes();
    String container = event.getActor().getId();
    if (container == null || !"die".equals(event.getAction())) {
      return;
    }
    Optional<Integer> code =
        Optional.ofNullable(attributes.get("exitCode"))
            .filter(text -> text.matches("[0-9]{1,4}"))
            .map(Integer::valueOf);
    // Asking for details must not hold up the stream.
    String name = attributes.getOrDefault("name", "");
    Labels.server(attributes, site.cluster())
        .filter(server ->
            container.equals(site.running().get(server))
                || (name.equals(site.container(server))
                    && Labels.madeOf(attributes.getOrDefault("image", ""), attributes)))
        .ifPresent(server ->
            Thread.ofVirtual().name("exit-" + server).start(() -> ended(server, container, code)));
  }

  private void ended(ServerId server, String container, Optional<Integer> code) {
    site.ended(server, container);
    listener.accept(site.exit(server, container, code).of(ContainerState.handle(container)));
  }

  List<LoopState> states() {
    return loops.states();
  }

  @Override
  public void close() {
    WatchLoops.end(loops);
  }
}
