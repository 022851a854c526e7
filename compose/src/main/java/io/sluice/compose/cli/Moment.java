package io.sluice.compose.cli;

import io.sluice.schemas.config.Durations;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a moment as people write it on the command line. */
final class Moment implements ITypeConverter<Instant> {
  static final String FORMS =
      "2026-11-24T14:03:20Z, 14:03:20 (the last one, UTC) or -5m (so long ago)";

  @Override
  public Instant convert(String text) {
    return read(text, Instant.now())
        .orElseThrow(() ->
            new TypeConversionException("is '%s', expected a time: %s".formatted(text, FORMS)));
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
