package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.NameParser;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.provisioner.fleet.NameTakenException;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.schemas.secret.SecretUse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * One Docker engine: the calls that the fleet makes, and no others, so that a proxy in front of the
 * engine can let through exactly these. All of them block; whatever an engine refuses is a {@link
 * FleetException} in words.
 */
final class Engine implements AutoCloseable {
  /** Images are large and registries slow. */
  static final Duration PULL_TIMEOUT = Duration.ofMinutes(10);

  /** What a gate answers of a container that is none of its cluster's. */
  private static final int FORBIDDEN = 403;

  private final EngineClient client;

  /**
   * Opens the way to an engine; nothing is asked of it yet.
   *
   * @throws FleetException if its certificates can't be used
   */
  Engine(Access access) {
    this.client = new EngineClient(access);
  }

  Access access() {
    return client.access();
  }

  /** Whether it answers at all. */
  void ping() {
    ask("a ping was not answered", () -> client.calls().pingCmd().exec());
  }

  /** What it says about the container of this name or id, if there is one. */
  Optional<ContainerState> inspect(String container) {
    return ask(
        "container %s could not be looked at".formatted(container),
        () -> {
          try {
            return Optional.of(
                ContainerState.of(client.calls().inspectContainerCmd(container).exec()));
          } catch (NotFoundException gone) {
            return Optional.empty();
          } catch (DockerException refused) {
            if (refused.getHttpStatus() == FORBIDDEN) {
              // A gate shows its own cluster's containers, and says whose another one is.
              throw new NameTakenException(
                  "container %s on %s: %s"
                      .formatted(container, client.access(), Faults.message(refused)));
            }
            throw refused;
          }
        });
  }

  /**
   * What the command says that the engine runs in a container, and what it printed last; empty: it
   * ends with 0.
   */
  String unwell(String container) {
    return ask(
        "container %s could not be inspected".formatted(container),
        () -> {
          try {
            return unwell(client.calls().inspectContainerCmd(container).exec().getState());
          } catch (NotFoundException gone) {
            return "its container is gone";
          }
        });
  }

  private static String unwell(InspectContainerResponse.ContainerState state) {
    HealthState health = state.getHealth();
    if (health == null) {
      return "its container has no health command";
    }
    if ("healthy".equals(health.getStatus())) {
      return "";
    }
    List<HealthStateLog> runs = Optional.ofNullable(health.getLog()).orElse(List.of());
    return runs.isEmpty()
        ? "its health command has not run yet"
        : "its health command ended with %d: %s"
            .formatted(
                runs.getLast().getExitCodeLong(),
                String.valueOf(runs.getLast().getOutput()).strip());
  }

  /** What came of creating a container. */
  sealed interface Creation {
    /** There is one now, of this id. */
    record Created(String container) implements Creation {}

    /** There was one of that name. */
    record NameTaken() implements Creation {}

    /** The engine does not have its image; it said so in these words. */
    record ImageMissing(FleetException refusal) implements Creation {}
  }

  /** Creates a container of an image that the engine has. */
  Creation create(ContainerShape shape) {
    String what =
        "container %s of image %s could not be created".formatted(shape.name(), shape.image());
    return ask(
        what,
        () -> {
          try {
            return new Creation.Created(
                shape.fill(client.calls().createContainerCmd(shape.image())).exec().getId());
          } catch (ConflictException taken) {
            return new Creation.NameTaken();
          } catch (NotFoundException noImage) {
            return new Creation.ImageMissing(Faults.describe(what, access(), noImage));
          }
        });
  }

  /** Puts the files of secrets into a container that was not started yet. */
  void give(String container, SecretFiles files) {
    if (files.isEmpty()) {
      return;
    }
    ask(
        "secrets could not be given to container %s".formatted(container),
        () ->
            client
                .calls()
                .copyArchiveToContainerCmd(container)
                .withRemotePath(SecretUse.DIRECTORY)
                .withTarInputStream(new ByteArrayInputStream(files.tar()))
                .exec());
  }

  /** Fetches an image; {@link ImagePulls} sees to it that it is fetched once at a time. */
  void pull(String image) {
    NameParser.ReposTag name = NameParser.parseRepositoryTag(image);
    // Without a tag the engine would fetch every tag there is.
    String tag = name.tag.isEmpty() && !image.contains("@") ? "latest" : name.tag;
    String what = "image %s could not be pulled".formatted(image);
    AtomicReference<String> refusal = new AtomicReference<>("");
    try (StreamCallback<PullResponseItem> ear =
        new StreamCallback<>(item -> {
          if (item.getErrorDetail() != null) {
            refusal.set(String.valueOf(item.getErrorDetail().getMessage()));
          }
        })) {
      client.streams().pullImageCmd(name.repos).withTag(tag).exec(ear);
      if (ear.awaitEnd(PULL_TIMEOUT).isEmpty()) {
        refusal.set("not done after %d min".formatted(PULL_TIMEOUT.toMinutes()));
      }
      ear.failure()
          .ifPresent(failed -> {
            throw Faults.describe(what, access(), failed);
          });
      if (!refusal.get().isEmpty()) {
        throw new FleetException("%s on %s: %s".formatted(what, access(), refusal));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException(what + ": interrupted", interrupted);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  void start(String container) {
    ask(
        "container %s could not be started".formatted(container),
        () -> {
          try {
            client.calls().startContainerCmd(container).exec();
          } catch (NotModifiedException runsAlready) {
            return container;
          }
          return container;
        });
  }

  /** Ends a container's process: asks it, and kills it after the grace. */
  void stop(String container, Duration grace) {
    int seconds = (int) grace.plusMillis(999).toSeconds();
    ask(
        "container %s could not be stopped".formatted(container),
        () -> {
          // The engine answers when the process has ended.
          try {
            client
                .patient(Duration.ofSeconds(seconds))
                .stopContainerCmd(container)
                .withTimeout(seconds)
                .exec();
          } catch (NotModifiedException | NotFoundException ended) {
            return container;
          }
          return container;
        });
  }

  /** Lets a frozen container go on, since one that is frozen can't end. */
  void unpause(String container) {
    ask(
        "container %s could not be unpaused".formatted(container),
        () -> client.calls().unpauseContainerCmd(container).exec());
  }

  /** Removes a container, whatever it does. */
  void remove(String container) {
    ask(
        "container %s could not be removed".formatted(container),
        () -> {
          try {
            client
                .calls()
                .removeContainerCmd(container)
                .withForce(true)
                .withRemoveVolumes(true)
                .exec();
          } catch (NotFoundException | ConflictException goneOrGoing) {
            // A conflict says that somebody else is removing it.
            return container;
          }
          return container;
        });
  }

  /** The containers with this label, running or not. */
  List<Container> list(String label, String value) {
    return ask(
        "containers could not be listed",
        () ->
            client
                .calls()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(label, value))
                .exec());
  }

  /** Where containers of a network find this host; of version 4 before 6. Empty: nowhere. */
  Optional<String> hostAddress(String network) {
    return ask(
        "network %s could not be looked at".formatted(network),
        () -> {
          Network.Ipam addresses =
              client.calls().inspectNetworkCmd().withNetworkId(network).exec().getIpam();
          List<Network.Ipam.Config> told =
              Optional.ofNullable(addresses).map(Network.Ipam::getConfig).orElse(List.of());
          List<AddressRange> ranges =
              told.stream().flatMap(one -> AddressRange.of(one).stream()).toList();
          return ranges.stream()
              .filter(AddressRange::isVersion4)
              .findFirst()
              .or(() -> ranges.stream().findFirst())
              .map(AddressRange::hostAddress);
        });
  }

  /** Lets the callback hear of each container with this label that ends. */
  void listen(String label, String value, ResultCallback<Event> callback) {
    ask(
        "events could not be heard",
        () ->
            client
                .streams()
                .eventsCmd()
                .withEventTypeFilter(EventType.CONTAINER)
                .withEventFilter("die")
                .withLabelFilter(Map.of(label, value))
                .exec(callback));
  }

  /**
   * The end of what a container printed; empty: it can't be had, of what it printed nothing is
   * kept.
   */
  Optional<LogTail> logTail(String container) {
    return LogReading.tail(ear ->
        client
            .streams()
            .logContainerCmd(container)
            .withStdOut(true)
            .withStdErr(true)
            .withTail(LogReading.LINES)
            .exec(ear));
  }

  /**
   * A piece of what a container printed.
   *
   * @throws FleetException if it can't be had
   */
  ServerLog log(String container, ServerLog.Piece piece) {
    return LogReading.piece(
        piece,
        (since, ear) ->
            client
                .streams()
                .logContainerCmd(container)
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(true)
                .withSince(since)
                .withTail(piece.lines())
                .exec(ear));
  }

  /** Lets the callback hear once a second what the container uses. */
  void stats(String container, ResultCallback<Statistics> callback) {
    ask(
        "container %s could not be measured".formatted(container),
        () -> client.streams().statsCmd(container).exec(callback));
  }

  private <T> T ask(String what, Supplier<T> question) {
    return client.ask(what, question);
  }

  @Override
  public void close() {
    client.close();
  }
}
