package io.sluice.compose.cli;

import io.sluice.schemas.config.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Reads a moment as people write it on the command line. */
final class Moment implements ITypeConverter<Instant> {
  static final String FORMS =
      "2026-11-24T14:03:20Z, 14:03:20 (the last one, UTC) or -5m (so long ago)";

  /** How far a broker's clock may be ahead of this machine's. */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(1);

  @Override
  public Instant convert(String text) {
    return read(text, Instant.now())
        .orElseThrow(() ->
            new TypeConversionException("is '%s', expected a time: %s".formatted(text, FORMS)));
  }

  /**
   * Refuses a moment that is still to come: nothing can be told of it.
   *
   * @param option by which it was given
   */
  static void requirePast(Instant moment, String option, @Nullable CommandSpec spec) {
    Instant now = Instant.now();
    if (moment.isAfter(now.plus(AHEAD_MAX)) && spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: is '%s', which is still to come: expected a time up to now, %s"
              .formatted(option, moment, now.truncatedTo(ChronoUnit.SECONDS)));
    }
  }

  /** The moment, seen from now; empty if the text has none of the forms. */
  static Optional<Instant> read(String text, Instant now) {
    if (text.startsWith("-")) {
      return Durations.parse(text.substring(1)).map(now::minus);
    }
    try {
      return Optional.of(
          text.length() > "00:00:00.000000000Z".length()
              ? OffsetDateTime.parse(text.replace(' ', 'T')).toInstant()
              : lastTime(LocalTime.parse(text.replace("Z", "")), now));
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static Instant lastTime(LocalTime time, Instant now) {
    Instant today = now.atOffset(ZoneOffset.UTC).with(time).toInstant();
    return today.isAfter(now) ? today.minus(Duration.ofDays(1)) : today;
  }
}
