package io.sluice.provisioner.outside;

import io.sluice.schemas.text.Sentence;

/** What comes of asking for a figure. */
sealed interface Figure {
  /** A larger one is a mistake; a thousand million million. */
  double MAX = 1e15;

  /**
   * The figure.
   *
   * @param value 0 to {@link #MAX}
   */
  record Known(double value) implements Figure {}

  /**
   * There is none.
   *
   * @param why for people, without passwords; cut if it is long
   */
  record Unknown(String why) implements Figure {
    private static final int WHY_MAX = 300;

    public Unknown {
      why = why.replaceAll("\\p{Cntrl}+", " ").strip();
      why = why.length() > WHY_MAX ? why.substring(0, WHY_MAX) + "…" : why;
    }
  }

  /** What somebody says that it is, if it can be a load. */
  static Figure of(double value) {
    return value >= 0 && value <= MAX
        ? new Known(value)
        : new Unknown(Sentence.of("it is %s: expected a number from 0 to %.0e", value, MAX));
  }
}
