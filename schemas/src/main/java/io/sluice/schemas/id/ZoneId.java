package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;

/**
 * The name of a zone, such as {@code zone1}: 1 to 40 lower-case letters, digits and hyphens,
 * starting with a letter. It is part of topic names, container names and host names, hence the
 * small alphabet.
 */
public record ZoneId(@JsonValue String value) implements Comparable<ZoneId> {
  private static final int LENGTH_MAX = 40;

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public ZoneId {
    if (!hasForm(value)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "zone '%s': expected 1 to 40 of a-z, 0-9 and '-', starting with a letter",
              Sentence.shown(value)));
    }
  }

  // By hand: ids stand in every record, and are read by the hundred thousand a second.
  private static boolean hasForm(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX || !isLetter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char character = text.charAt(i);
      if (!isLetter(character) && !(character >= '0' && character <= '9') && character != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char character) {
    return character >= 'a' && character <= 'z';
  }

  /** The id of this zone's {@code number}-th server, counted from 1. */
  public ServerId server(long number) {
    return new ServerId(this, number);
  }

  @Override
  public int compareTo(ZoneId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
