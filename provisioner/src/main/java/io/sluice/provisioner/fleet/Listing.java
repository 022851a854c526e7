package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a fleet keeps, and for which zones it speaks. Of a zone that it does not speak for, one that
 * it does not know or whose engine does not answer, nothing is known: what runs there may well go
 * on running, so that nothing can be concluded about it.
 *
 * @param instances the servers that the fleet keeps something of, by their names
 * @param zones the zones that it speaks for; empty: every zone that there is
 * @param silent the zones that it does not speak for, if it speaks for all that it was never told
 *     of; empty: it speaks for those of {@code zones} alone
 * @param bearers whatever says that it is a server, under whatever name; empty: the fleet's servers
 *     have nothing but their names
 */
public record Listing(
    List<Instance> instances,
    Optional<SortedSet<ZoneId>> zones,
    Optional<SortedSet<ZoneId>> silent,
    List<Bearer> bearers)
    implements Iterable<Instance> {
  /**
   * Something that says that it is a server: the server, renamed or not; a copy of it; or what
   * somebody put in its place. Which of them is the server, whoever started it knows.
   *
   * @param server which one it says it is
   * @param handle what the fleet calls it, as {@link Started#handle} does
   * @param running false: it ended, and only its remains are left
   */
  public record Bearer(ServerId server, String handle, boolean running) {}

  /** Copies the collections. */
  public Listing {
    instances = List.copyOf(instances);
    zones = zones.map(known -> Collections.unmodifiableSortedSet(new TreeSet<>(known)));
    silent = silent.map(known -> Collections.unmodifiableSortedSet(new TreeSet<>(known)));
    bearers = List.copyOf(bearers);
  }

  /** All that there is, of every zone. */
  public static Listing of(List<Instance> instances) {
    return new Listing(instances, Optional.empty(), Optional.empty(), List.of());
  }

  /** All that there is of these zones. */
  public static Listing of(List<Instance> instances, Collection<ZoneId> zones) {
    return new Listing(instances, Optional.of(new TreeSet<>(zones)), Optional.empty(), List.of());
  }

  /** The same, speaking for every zone, too, that stands in no configuration. */
  public Listing andOthersThan(Collection<ZoneId> silentOnes) {
    return new Listing(instances, zones, Optional.of(new TreeSet<>(silentOnes)), bearers);
  }

  /** The same with whatever says that it is a server. */
  public Listing with(List<Bearer> known) {
    return new Listing(instances, zones, silent, known);
  }

  /** Whether a server of this zone that it does not name is none that the fleet keeps. */
  public boolean speaksFor(ZoneId zone) {
    return zones.map(known -> known.contains(zone)).orElse(true)
        || silent.filter(known -> !known.contains(zone)).isPresent();
  }

  @Override
  public Iterator<Instance> iterator() {
    return instances.iterator();
  }
}
