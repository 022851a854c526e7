package io.sluice.gate.rule;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What of its host a container may be given to read and write: exactly what is named here, and
 * nothing that lies within. A container that writes to a directory could leave a link there that
 * leads out of it, and an engine follows links.
 *
 * @param volumes names of the engine's volumes; with {@code :ro} behind one, to read only
 * @param directories directories of the host; with {@code :ro} behind one, to read only
 */
public record MountRules(SortedSet<String> volumes, SortedSet<String> directories) {
  /** Nothing. */
  public static final MountRules NONE =
      new MountRules(Collections.emptySortedSet(), Collections.emptySortedSet());

  private static final String READ_ONLY = ":ro";

  private static final Pattern VOLUME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{1,254}(?::ro)?");

  private static final Pattern DIRECTORY =
      Pattern.compile("(?:/(?!\\.{1,2}(?:[/:]|$))[^/:\\p{Cntrl}]+)+(?::ro)?");

  /**
   * Copies the sets.
   *
   * @throws IllegalArgumentException if a word can't be what it is to be, or a directory lies
   *     within another one
   */
  public MountRules {
    volumes.forEach(MountRules::requireVolume);
    volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    directories.forEach(MountRules::requireDirectory);
    directories = Collections.unmodifiableSortedSet(new TreeSet<>(directories));
    for (String outer : directories) {
      for (String inner : directories) {
        if (path(inner).startsWith(path(outer) + "/")) {
          throw new IllegalArgumentException(
              "directory '%s': expected none within '%s', since who writes there could put a link in its place"
                  .formatted(inner, outer));
        }
      }
    }
  }

  /**
   * The name of a volume, with {@code :ro} behind it or not.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static String requireVolume(String name) {
    if (!VOLUME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "volume '%s': expected the name of one, with :ro behind it or not".formatted(name));
    }
    return name;
  }

  /**
   * A host's directory, with {@code :ro} behind it or not.
   *
   * @throws IllegalArgumentException if it has another form, or is the host's root
   */
  public static String requireDirectory(String path) {
    if (!DIRECTORY.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "directory '%s': expected an absolute path below /, without '..', with :ro behind it or not"
              .formatted(path));
    }
    return path;
  }

  /** The directory itself, without what stands behind it. */
  public static String path(String word) {
    return word.endsWith(READ_ONLY) ? word.substring(0, word.length() - READ_ONLY.length()) : word;
  }

  /** Whether it may be given, to be written to unless it is {@code readOnly}. */
  boolean allows(String type, String source, boolean readOnly) {
    SortedSet<String> allowed =
        switch (type) {
          case "volume" -> volumes;
          case "bind" -> directories;
          default -> Collections.emptySortedSet();
        };
    return allowed.contains(source) || (readOnly && allowed.contains(source + READ_ONLY));
  }
}
