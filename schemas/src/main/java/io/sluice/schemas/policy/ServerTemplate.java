package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a zone's servers are made of.
 *
 * @param image the container image; the process fleet runs the demo application instead
 * @param environment environment variables beside those that Sluice sets
 * @param memoryBytes memory limit in bytes, at least {@value #MEMORY_BYTES_MIN}; empty: none
 * @param cpus processor limit in processors, such as 0.5; empty: none
 * @param startTimeout how long a server may take from its start to its first good health check
 * @param drainTimeout how long a server may take to finish its requests before it is stopped
 * @param health by what it is told whether a server is well
 * @param container how the image is run, for fleets of containers
 */
@JsonPropertyOrder({
  "image",
  "environment",
  "memoryBytes",
  "cpus",
  "startTimeout",
  "drainTimeout",
  "healthPath",
  "health",
  "container"
})
public record ServerTemplate(
    String image,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> environment,
    Optional<Long> memoryBytes,
    Optional<Double> cpus,
    Duration startTimeout,
    Duration drainTimeout,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = ByPathAlone.class) Health health,
    ContainerTemplate container) {
  /** Less memory than this starts no useful server, in bytes: 6 MiB is Docker's own minimum. */
  public static final long MEMORY_BYTES_MIN = 6_291_456;

  /** A JVM on a busy machine starts in a few seconds; a minute without an answer is a fault. */
  public static final Duration START_TIMEOUT_DEFAULT = Duration.ofSeconds(60);

  /** As long as a Kubernetes pod gets by default, which users know. */
  public static final Duration DRAIN_TIMEOUT_DEFAULT = Duration.ofSeconds(30);

  /** The origin's path, which answers 200. */
  public static final Health HEALTH_DEFAULT = Health.Http.of("/health_check");

  /** Environment variables that the fleet sets for each server; no template may. */
  public static final Set<String> OWN_VARIABLES =
      Set.of(
          "SLUICE_BOOTSTRAP",
          "SLUICE_FLEET",
          "SLUICE_HOST",
          "SLUICE_PORT",
          "SLUICE_SECRETS_DIR",
          "SLUICE_SERVER",
          "SLUICE_ZONE");

  /** The demo application with the default times. */
  public static final ServerTemplate DEFAULT =
      new ServerTemplate(
          "sluice-app",
          Collections.emptySortedMap(),
          Optional.empty(),
          Optional.empty(),
          START_TIMEOUT_DEFAULT,
          DRAIN_TIMEOUT_DEFAULT,
          HEALTH_DEFAULT,
          ContainerTemplate.DEFAULT);

  /**
   * Validates the limits.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ServerTemplate {
    if (image.isBlank()) {
      throw new IllegalArgumentException("image '': expected the name of a container image");
    }
    if (memoryBytes.isPresent() && memoryBytes.get() < MEMORY_BYTES_MIN) {
      throw new IllegalArgumentException(
          Sentence.of(
              "memory limit %d: expected at least %d bytes", memoryBytes.get(), MEMORY_BYTES_MIN));
    }
    if (cpus.isPresent() && !(cpus.get() > 0 && Double.isFinite(cpus.get()))) {
      throw new IllegalArgumentException(
          Sentence.of("processor limit %s: expected more than 0", cpus.get()));
    }
    requirePositive("start timeout", startTimeout);
    requirePositive("drain timeout", drainTimeout);
    if (health instanceof Health.Running(Duration after) && after.compareTo(startTimeout) >= 0) {
      throw new IllegalArgumentException(
          Sentence.of(
              "health after %s: expected less than the start timeout %s", after, startTimeout));
    }
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /** A template whose servers answer 200 at a path once they can serve. */
  public ServerTemplate(
      String image,
      SortedMap<String, String> environment,
      Optional<Long> memoryBytes,
      Optional<Double> cpus,
      Duration startTimeout,
      Duration drainTimeout,
      String healthPath,
      ContainerTemplate container) {
    this(
        image,
        environment,
        memoryBytes,
        cpus,
        startTimeout,
        drainTimeout,
        Health.Http.of(healthPath),
        container);
  }

  /** A template with the usual health path, whose image is run as it is. */
  public ServerTemplate(
      String image,
      SortedMap<String, String> environment,
      Optional<Long> memoryBytes,
      Optional<Double> cpus,
      Duration startTimeout,
      Duration drainTimeout) {
    this(
        image,
        environment,
        memoryBytes,
        cpus,
        startTimeout,
        drainTimeout,
        HEALTH_DEFAULT,
        ContainerTemplate.DEFAULT);
  }

  /**
   * Reads a template of any version: what the first one did not have is the default, and up to
   * version 5 its servers answered 200 at a path.
   */
  @JsonCreator
  static ServerTemplate read(
      @JsonProperty("image") String image,
      @JsonProperty("environment") @JsonSetter(nulls = Nulls.AS_EMPTY)
          SortedMap<String, String> environment,
      @JsonProperty("memoryBytes") Optional<Long> memoryBytes,
      @JsonProperty("cpus") Optional<Double> cpus,
      @JsonProperty("startTimeout") Duration startTimeout,
      @JsonProperty("drainTimeout") Duration drainTimeout,
      @JsonProperty("healthPath") Optional<String> healthPath,
      @JsonProperty("health") Optional<Health> health,
      @JsonProperty("container") Optional<ContainerTemplate> container) {
    return new ServerTemplate(
        image,
        environment,
        memoryBytes,
        cpus,
        startTimeout,
        drainTimeout,
        health.or(() -> healthPath.map(Health.Http::of)).orElse(HEALTH_DEFAULT),
        container.orElse(ContainerTemplate.DEFAULT));
  }

  /** The same template with further environment variables. */
  public ServerTemplate withEnvironment(Map<String, String> further) {
    SortedMap<String, String> merged = new TreeMap<>(environment);
    merged.putAll(further);
    return new ServerTemplate(
        image, merged, memoryBytes, cpus, startTimeout, drainTimeout, health, container);
  }

  /** The secrets that its servers get. */
  public List<SecretUse> secrets() {
    return container.storage().secrets();
  }

  /** The same template with these secrets. */
  public ServerTemplate with(List<SecretUse> secrets) {
    return new ServerTemplate(
        image,
        environment,
        memoryBytes,
        cpus,
        startTimeout,
        drainTimeout,
        health,
        container.with(container.storage().with(secrets)));
  }

  /** The same template, of its secrets whatever they are at the time. */
  public ServerTemplate withLatestSecrets() {
    return with(secrets().stream().map(SecretUse::latest).toList());
  }

  /** The path that answers 200 once a server can serve, if health is told by that alone. */
  @JsonProperty("healthPath")
  public Optional<String> path() {
    return path(health);
  }

  private static Optional<String> path(Health health) {
    return health instanceof Health.Http http && http.equals(Health.Http.of(http.path()))
        ? Optional.of(http.path())
        : Optional.empty();
  }

  /** Is equal to a health that is written as its path. */
  static final class ByPathAlone {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Health health && path(health).isPresent();
    }

    @Override
    public int hashCode() {
      return ByPathAlone.class.hashCode();
    }
  }

  /** Whether its servers take no requests: they have no address and no balancer. */
  public boolean works() {
    return switch (health) {
      case Health.Serving ignored -> false;
      case Health.Working ignored -> true;
    };
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(
          Sentence.of("%s %s: expected more than zero", name, duration));
    }
  }
}
