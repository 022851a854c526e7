package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.config.Words;
import io.sluice.schemas.policy.Volume;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which directories of its host a template may give to a container, where no gate decides that: who
 * may set a template would otherwise be root there.
 *
 * @param named each exactly as a template names it, with {@code :ro} behind it to be read only;
 *     {@value #ANY}: all, since a gate decides
 */
public record HostDirectories(SortedSet<String> named) {
  /** Whatever a template names. */
  public static final String ANY = "*";

  /** None. */
  public static final HostDirectories NONE = new HostDirectories(Collections.emptySortedSet());

  private static final String READ_ONLY = ":ro";

  /** Copies the names. */
  public HostDirectories {
    named = Collections.unmodifiableSortedSet(new TreeSet<>(named));
  }

  /** Reads the key {@code directories}. */
  public static HostDirectories read(Section section) {
    return section
        .value("directories", text -> new HostDirectories(new TreeSet<>(Words.split(text))))
        .orElse(NONE);
  }

  /**
   * Checks what a server is to be given.
   *
   * @throws FleetException if a directory is not among them
   */
  void require(ServerSpec spec) {
    Optional<Volume> stranger =
        spec.template().container().storage().volumes().stream()
            .filter(Volume::ofHost)
            .filter(volume -> !allows(volume))
            .findFirst();
    stranger.ifPresent(volume -> {
      throw new FleetException(
          "volume '%s' of the template of zone %s: expected one of docker.directories, %s"
              .formatted(volume, spec.server().zone(), named));
    });
  }

  private boolean allows(Volume volume) {
    return named.contains(ANY)
        || named.contains(volume.source())
        || (volume.readOnly() && named.contains(volume.source() + READ_ONLY));
  }
}
