package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;

/**
 * The number of a leadership term; a later leader has a higher one.
 *
 * @param value 0 before the first election, then counted from 1, up to {@link #MAX}
 */
public record Epoch(@JsonValue long value) implements Comparable<Epoch> {
  /** Before any leader was elected. */
  public static final Epoch NONE = new Epoch(0);

  /** More than there can be: an election every second for thirty million years. */
  public static final long MAX = 1_000_000_000_000_000L;

  /**
   * Validates the number.
   *
   * @throws IllegalArgumentException if it is negative, or more than {@link #MAX}
   */
  @JsonCreator
  public Epoch {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException(Sentence.of("epoch %d: expected 0 to %d", value, MAX));
    }
  }

  /**
   * The epoch of the next leader.
   *
   * @throws IllegalArgumentException behind {@link #MAX}
   */
  public Epoch next() {
    return new Epoch(value + 1);
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
