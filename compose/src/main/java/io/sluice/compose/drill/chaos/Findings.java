package io.sluice.compose.drill.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Where invariants did not hold. */
final class Findings {
  private final Map<Invariant, List<String>> found = new EnumMap<>(Invariant.class);
  private final Consumer<String> progress;

  /**
   * Nothing is found yet.
   *
   * @param progress hears of each at once
   */
  Findings(Consumer<String> progress) {
    this.progress = progress;
  }

  void add(Invariant broken, String what) {
    progress.accept("NOT SO: %s: %s".formatted(broken.sentence(), what));
    found.computeIfAbsent(broken, _ -> new ArrayList<>()).add(what);
  }

  List<String> of(Invariant invariant) {
    return List.copyOf(found.getOrDefault(invariant, List.of()));
  }
}
