package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server can read and write in its container.
 *
 * @param readOnly whether its root file system is read-only
 * @param writable directories that it can write to nevertheless, kept in memory and lost with it
 * @param volumes what outlives it; several servers of a zone on one host share it
 * @param secrets what it is given that nobody else may know
 */
public record ContainerStorage(
    boolean readOnly,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> writable,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Volume> volumes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<SecretUse> secrets) {
  /** Nothing but {@code /tmp} can be written to. */
  public static final ContainerStorage DEFAULT =
      new ContainerStorage(true, List.of("/tmp"), List.of());

  /**
   * Validates the values.
   *
   * @throws IllegalArgumentException if one is out of its range, or two stand at one place
   */
  public ContainerStorage {
    writable = List.copyOf(writable);
    writable.forEach(ContainerStorage::requireDirectory);
    volumes = List.copyOf(volumes);
    secrets = List.copyOf(secrets);
    twice(writable, volumes)
        .ifPresent(place -> {
          throw new IllegalArgumentException(
              Sentence.of("directory %s: expected one thing there, not two", place));
        });
    twice(secrets)
        .ifPresent(place -> {
          throw new IllegalArgumentException(
              Sentence.of("%s: expected one secret there, not two", place));
        });
  }

  /** Without secrets. */
  public ContainerStorage(boolean readOnly, List<String> writable, List<Volume> volumes) {
    this(readOnly, writable, volumes, List.of());
  }

  /** The same with these secrets. */
  public ContainerStorage with(List<SecretUse> others) {
    return new ContainerStorage(readOnly, writable, volumes, others);
  }

  /** A place where two secrets would stand. */
  static Optional<String> twice(List<SecretUse> secrets) {
    List<String> places = secrets.stream().map(SecretUse::place).toList();
    return places.stream()
        .filter(place -> places.indexOf(place) != places.lastIndexOf(place))
        .findFirst();
  }

  /**
   * A place at, above or below the directory of secrets' files, if there are such files: they would
   * be hidden by what is mounted there, or be written to a volume that others share.
   */
  static Optional<String> covering(
      List<String> writable, List<Volume> volumes, List<SecretUse> secrets) {
    if (secrets.stream().allMatch(use -> use.file().isEmpty())) {
      return Optional.empty();
    }
    List<String> files = steps(SecretUse.DIRECTORY);
    return Stream.concat(writable.stream(), volumes.stream().map(Volume::target))
        .filter(place -> {
          List<String> there = steps(place);
          int shared = Math.min(files.size(), there.size());
          return files.subList(0, shared).equals(there.subList(0, shared));
        })
        .findFirst();
  }

  /** The directories from the root on, as a kernel walks them. */
  private static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    for (String step : path.split("/", -1)) {
      if (step.equals("..") && !steps.isEmpty()) {
        steps.removeLast();
      } else if (!step.isEmpty() && !step.equals(".") && !step.equals("..")) {
        steps.add(step);
      }
    }
    return steps;
  }

  /** A place where two things would stand. */
  static Optional<String> twice(List<String> writable, List<Volume> volumes) {
    List<String> places =
        Stream.concat(writable.stream(), volumes.stream().map(Volume::target)).toList();
    return places.stream()
        .filter(place -> volumes.stream().anyMatch(volume -> volume.target().equals(place)))
        .filter(place -> places.indexOf(place) != places.lastIndexOf(place))
        .findFirst();
  }

  static void requireDirectory(String path) {
    if (!path.startsWith("/") || path.length() == 1) {
      throw new IllegalArgumentException(
          Sentence.of("writable '%s': expected a directory below /", path));
    }
  }
}
