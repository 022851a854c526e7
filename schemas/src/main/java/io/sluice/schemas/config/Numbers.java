package io.sluice.schemas.config;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Numbers that people wrote. */
final class Numbers {
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");

  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,9})?");

  private Numbers() {}

  static <N> Optional<N> parsed(String text, Function<String, Optional<N>> parse) {
    try {
      return parse.apply(text);
    } catch (NumberFormatException notANumber) {
      // Empty, like a number that is out of range: the caller notes what was expected.
      return Optional.empty();
    }
  }

  /** An integer in ASCII digits without zeros before it, which other readers take for octal. */
  static Optional<Integer> integer(String text) {
    return INTEGER.matcher(text).matches() ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /** A number in ASCII digits: those of other scripts are not told from letters by everybody. */
  static double decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new NumberFormatException(text);
    }
    return new BigDecimal(text).doubleValue();
  }

  static <N extends Comparable<N>> Optional<N> within(N value, N min, N max) {
    return value.compareTo(min) >= 0 && value.compareTo(max) <= 0
        ? Optional.of(value)
        : Optional.empty();
  }
}
