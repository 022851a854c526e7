package io.sluice.schemas.text;

import java.util.Locale;

/**
 * Text that is part of records, or names a fault: the same whatever language the machine speaks,
 * and never longer because of what somebody sent.
 */
public final class Sentence {
  /** So much of a text that came from outside is repeated, in characters. */
  public static final int SHOWN_MAX = 100;

  private Sentence() {}

  /** The text of a format with these values, with the digits 0 to 9. */
  // Its annotation would be another library in every part; formats are constants, and tested.
  @SuppressWarnings("AnnotateFormatMethod")
  public static String of(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** As much of a text from outside as a message repeats. */
  public static String shown(String text) {
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
  }
}
