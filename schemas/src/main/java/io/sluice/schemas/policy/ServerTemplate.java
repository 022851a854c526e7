package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a zone's servers are made of.
 *
 * @param image the container image; the process fleet runs the demo application instead
 * @param environment environment variables beside those that Sluice sets
 * @param memoryBytes memory limit in bytes, at least {@value #MEMORY_BYTES_MIN}; empty: none
 * @param cpus processor limit in processors, such as 0.5; empty: none
 * @param startTimeout how long a server may take from its start to its first good health check
 * @param drainTimeout how long a server may take to finish its requests before it is stopped
 */
public record ServerTemplate(
    String image,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> environment,
    Optional<Long> memoryBytes,
    Optional<Double> cpus,
    Duration startTimeout,
    Duration drainTimeout) {
  /** Less memory than this starts no useful server, in bytes: 6 MiB is Docker's own minimum. */
  public static final long MEMORY_BYTES_MIN = 6_291_456;

  /** A JVM on a busy machine starts in a few seconds; a minute without an answer is a fault. */
  public static final Duration START_TIMEOUT_DEFAULT = Duration.ofSeconds(60);

  /** As long as a Kubernetes pod gets by default, which users know. */
  public static final Duration DRAIN_TIMEOUT_DEFAULT = Duration.ofSeconds(30);

  /** The demo application with the default times. */
  public static final ServerTemplate DEFAULT =
      new ServerTemplate(
          "sluice-app",
          Collections.emptySortedMap(),
          Optional.empty(),
          Optional.empty(),
          START_TIMEOUT_DEFAULT,
          DRAIN_TIMEOUT_DEFAULT);

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
          "memory limit %d: expected at least %d bytes"
              .formatted(memoryBytes.get(), MEMORY_BYTES_MIN));
    }
    if (cpus.isPresent() && !(cpus.get() > 0 && Double.isFinite(cpus.get()))) {
      throw new IllegalArgumentException(
          "processor limit %s: expected more than 0".formatted(cpus.get()));
    }
    requirePositive("start timeout", startTimeout);
    requirePositive("drain timeout", drainTimeout);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /** The same template with further environment variables. */
  public ServerTemplate withEnvironment(Map<String, String> further) {
    SortedMap<String, String> merged = new TreeMap<>(environment);
    merged.putAll(further);
    return new ServerTemplate(image, merged, memoryBytes, cpus, startTimeout, drainTimeout);
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(
          "%s %s: expected more than zero".formatted(name, duration));
    }
  }
}
