package io.sluice.topology.decide;

import io.sluice.schemas.config.Durations;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Numbers as they stand in sentences: the same in every locale, without needless digits. */
final class Figures {
  private static final int DECIMALS_MAX = 2;

  private Figures() {}

  static String of(double value) {
    return new BigDecimal(value)
        .setScale(DECIMALS_MAX, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** With the metric's unit, where it has one. */
  static String of(Metric metric, double value) {
    if (metric.isLatency()) {
      return of(value) + " ms";
    }
    return metric.isPercentage() ? of(value) + " %" : of(value);
  }

  /** Who measured it, if not the servers themselves: {@code " (balancer)"}. */
  static String source(@Nullable Mean mean) {
    return mean == null || mean.measurers().isEmpty()
        ? ""
        : mean.measurers().stream()
            .map(Measurer::word)
            .collect(Collectors.joining(", ", " (", ")"));
  }

  /** A length of time as people write it, such as {@code 90s}. */
  static String of(Duration duration) {
    return Durations.format(duration);
  }

  /** {@code 1 server}, {@code 2 servers}. */
  static String servers(int count) {
    return count == 1 ? "1 server" : count + " servers";
  }
}
