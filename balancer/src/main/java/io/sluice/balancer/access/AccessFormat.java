package io.sluice.balancer.access;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How a line of the access log is written. */
public enum AccessFormat {
  /** No log. */
  OFF,
  /** The common log format of NCSA's and all later servers. */
  COMMON,
  /** The same with {@code Referer} and {@code User-Agent}. */
  COMBINED,
  /** A JSON object, with the server, the time taken, and why none answered. */
  JSON;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** The line, without its end. What clients wrote can neither end it nor leave its quotes. */
  public String line(AccessEntry entry) {
    return switch (this) {
      case OFF -> "";
      case COMMON -> common(entry);
      case COMBINED ->
          common(entry)
              + " "
              + quoted(dash(entry.asked().referer()))
              + " "
              + quoted(dash(entry.asked().userAgent()));
      case JSON -> json(entry);
    };
  }

  private static String common(AccessEntry entry) {
    return "%s - - [%s] %s %d %s"
        .formatted(
            entry.asked().client(),
            CLOCK.format(entry.at()),
            quoted(dash(entry.asked().line())),
            entry.outcome().status(),
            entry.outcome().bytes() == 0 ? "-" : Long.toString(entry.outcome().bytes()));
  }

  private static String json(AccessEntry entry) {
    AccessEntry.Asked asked = entry.asked();
    AccessEntry.Outcome outcome = entry.outcome();
    String[] parts = asked.line().split(" ", 3);
    boolean whole = parts.length == 3;
    double seconds = Math.floor(outcome.took().toNanos() / 1e3) / 1e6;
    return "{\"at\":%s,\"client\":%s,"
            .formatted(escaped(entry.at().toString()), escaped(asked.client()))
        + "\"method\":%s,\"target\":%s,\"protocol\":%s,"
            .formatted(
                escaped(whole ? parts[0] : ""),
                escaped(whole ? parts[1] : ""),
                escaped(whole ? parts[2] : ""))
        + "\"status\":%d,\"bytes\":%d,\"seconds\":%s,\"server\":%s,\"error\":%s,"
            .formatted(
                outcome.status(),
                outcome.bytes(),
                seconds,
                escaped(outcome.server()),
                escaped(outcome.error().label()))
        + "\"referer\":%s,\"userAgent\":%s}"
            .formatted(escaped(asked.referer()), escaped(asked.userAgent()));
  }

  private static String dash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /** In quotes, with {@code \xHH} for what could be mistaken, as Apache does. */
  private static String quoted(String text) {
    return masked(text, "\\x%02x");
  }

  private static String escaped(String text) {
    return masked(text, "\\u%04x");
  }

  private static String masked(String text, String mask) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c < 0x20 || c > 0x7e) {
        out.append(mask.formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
