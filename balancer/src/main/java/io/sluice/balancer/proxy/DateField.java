package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of {@code Date}, made once a second; belongs to one loop. */
final class DateField {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private byte[] value = new byte[0];
  private long second;

  byte[] now() {
    long current = System.currentTimeMillis() / 1000;
    if (current != second) {
      second = current;
      value = FORM.format(Instant.ofEpochSecond(current)).getBytes(US_ASCII);
    }
    return value;
  }
}
