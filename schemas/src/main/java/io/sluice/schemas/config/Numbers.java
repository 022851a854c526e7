package io.sluice.schemas.config;

import java.util.Optional;
import java.util.function.Function;

/** Numbers that people wrote. */
final class Numbers {
  private Numbers() {}

  static <N> Optional<N> parsed(String text, Function<String, Optional<N>> parse) {
    try {
      return parse.apply(text);
    } catch (NumberFormatException notANumber) {
      // Empty, like a number that is out of range: the caller notes what was expected.
      return Optional.empty();
    }
  }

  static <N extends Comparable<N>> Optional<N> within(N value, N min, N max) {
    return value.compareTo(min) >= 0 && value.compareTo(max) <= 0
        ? Optional.of(value)
        : Optional.empty();
  }
}
