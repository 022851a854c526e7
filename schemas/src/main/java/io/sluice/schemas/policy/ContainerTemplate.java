package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.text.Sentence;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How a server's image is run, for fleets of containers. By default a container can write nothing
 * but {@code /tmp} and has no capability.
 *
 * @param process what runs in it
 * @param serving where the server listens within its container, and what it speaks
 * @param pids how many processes and threads it may have, at least {@value #PIDS_MIN}; empty: no
 *     limit
 * @param gpus how many of its host's GPUs it gets, 1 to {@value #GPUS_MAX}; empty: none
 * @param storage what it can read and write
 * @param capabilities Linux capabilities that it keeps, such as {@code NET_BIND_SERVICE}
 * @param labels labels beside those that Sluice sets
 * @param metrics who measures the server's load
 */
public record ContainerTemplate(
    @JsonUnwrapped ContainerProcess process,
    @JsonUnwrapped ServerPort serving,
    Optional<Integer> pids,
    Optional<Integer> gpus,
    @JsonUnwrapped ContainerStorage storage,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> capabilities,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<String, String> labels,
    Measurer metrics) {
  /** Where most servers in containers listen. */
  public static final int PORT_DEFAULT = 8080;

  /** A JVM alone has some twenty threads. */
  public static final int PIDS_MIN = 4;

  /** More than any machine has. */
  public static final int PIDS_MAX = 4_194_304;

  /** More than a host has. */
  public static final int GPUS_MAX = 64;

  /** Labels that begin with this are Sluice's own. */
  public static final String OWN_LABELS = "sluice.";

  /** The image's own command behind the usual port, locked down. */
  public static final ContainerTemplate DEFAULT =
      new ContainerTemplate(
          ContainerProcess.DEFAULT,
          ServerPort.of(PORT_DEFAULT),
          Optional.empty(),
          Optional.empty(),
          ContainerStorage.DEFAULT,
          List.of(),
          Collections.emptySortedMap(),
          Measurer.SERVER);

  private static final Pattern CAPABILITY = Pattern.compile("[A-Z][A-Z_]*");

  /**
   * Validates the values.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ContainerTemplate {
    if (pids.isPresent() && (pids.get() < PIDS_MIN || pids.get() > PIDS_MAX)) {
      throw new IllegalArgumentException(
          Sentence.of("limit of %d processes: expected %d to %d", pids.get(), PIDS_MIN, PIDS_MAX));
    }
    if (gpus.isPresent() && (gpus.get() < 1 || gpus.get() > GPUS_MAX)) {
      throw new IllegalArgumentException(
          Sentence.of("%d GPUs: expected 1 to %d", gpus.get(), GPUS_MAX));
    }
    capabilities = List.copyOf(capabilities);
    capabilities.forEach(ContainerTemplate::requireCapability);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    labels.keySet().forEach(ContainerTemplate::requireLabel);
  }

  /** The same with other storage. */
  ContainerTemplate with(ContainerStorage other) {
    return new ContainerTemplate(
        process, serving, pids, gpus, other, capabilities, labels, metrics);
  }

  static void requireCapability(String name) {
    if (!CAPABILITY.matcher(name).matches()) {
      throw new IllegalArgumentException(
          Sentence.of("capability '%s': expected a name such as NET_BIND_SERVICE", name));
    }
  }

  static void requireLabel(String name) {
    if (name.isBlank() || name.startsWith(OWN_LABELS)) {
      throw new IllegalArgumentException(
          Sentence.of("label '%s': expected a name that does not begin with %s", name, OWN_LABELS));
    }
  }
}
