package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.ZoneId;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a fleet keeps. A fleet on several hosts may know nothing of some of them at the moment: what
 * runs there may well go on running, so that nothing can be concluded about it.
 *
 * @param instances the servers that the fleet keeps something of
 * @param silent the zones that nothing is known of
 */
public record Listing(List<Instance> instances, SortedSet<ZoneId> silent)
    implements Iterable<Instance> {
  /** Copies the collections. */
  public Listing {
    instances = List.copyOf(instances);
    silent = Collections.unmodifiableSortedSet(new TreeSet<>(silent));
  }

  /** All that there is. */
  public static Listing of(List<Instance> instances) {
    return new Listing(instances, Collections.emptySortedSet());
  }

  @Override
  public Iterator<Instance> iterator() {
    return instances.iterator();
  }
}
