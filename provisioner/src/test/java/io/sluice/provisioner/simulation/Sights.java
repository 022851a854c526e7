package io.sluice.provisioner.simulation;

import java.util.EnumMap;
import java.util.Map;

/** How often what was seen in a run. */
final class Sights {
  private final Map<Sight, Integer> counts = new EnumMap<>(Sight.class);

  void saw(Sight sight) {
    counts.merge(sight, 1, Integer::sum);
  }

  Map<Sight, Integer> counts() {
    return Map.copyOf(counts);
  }
}
