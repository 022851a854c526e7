package io.sluice.compose.deploy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and durations as the Compose specification writes them. */
final class ComposeUnits {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?)\\s*(b|kb?|mb?|gb?)?");
  private static final Pattern DURATION = Pattern.compile("(?:[0-9]{1,9}(?:us|ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})(us|ms|s|m|h)");

  /** Powers of 1,024, as in Docker, smallest first. */
  private static final String UNITS = "bkmg";

  private static final int BITS_EACH = 10;

  private ComposeUnits() {}

  /**
   * A size in bytes, such as {@code 256m}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static long bytes(String text) {
    Matcher parts = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new IllegalArgumentException("expected a size such as 268435456, 256m or 1.5g");
    }
    char unit = parts.group(2) == null ? 'b' : parts.group(2).charAt(0);
    return new BigDecimal(parts.group(1))
        .multiply(BigDecimal.valueOf(1L << (BITS_EACH * UNITS.indexOf(unit))))
        .longValue();
  }

  /**
   * A duration such as {@code 1m30s}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static Duration duration(String text) {
    if (!DURATION.matcher(text).matches()) {
      throw new IllegalArgumentException("expected a duration such as 90s or 1m30s");
    }
    Duration sum = Duration.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      long count = Long.parseLong(parts.group(1));
      sum =
          sum.plus(
              switch (parts.group(2)) {
                case "us" -> Duration.ofNanos(count * 1_000);
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
              });
    }
    return sum;
  }
}
