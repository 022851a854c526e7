package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;

/**
 * The number of a monitor; the highest reachable one leads.
 *
 * @param value 1 or more
 */
public record MonitorId(@JsonValue int value) implements Comparable<MonitorId> {
  /**
   * Validates the number.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  @JsonCreator
  public MonitorId {
    if (value < 1) {
      throw new IllegalArgumentException(Sentence.of("monitor id %d: expected 1 or more", value));
    }
  }

  @Override
  public int compareTo(MonitorId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Integer.toString(value);
  }
}
