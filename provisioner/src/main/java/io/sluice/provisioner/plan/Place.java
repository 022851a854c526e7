package io.sluice.provisioner.plan;

import java.util.Comparator;

/**
 * Where a record stands in its topic.
 *
 * @param partition 0 or more
 * @param offset 0 or more
 */
public record Place(int partition, long offset) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::partition).thenComparingLong(Place::offset);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
