package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.regex.Pattern;

/**
 * The name of a zone, such as {@code zone1}: 1 to 40 lower-case letters, digits and hyphens,
 * starting with a letter. It is part of topic names, container names and host names, hence the
 * small alphabet.
 */
public record ZoneId(@JsonValue String value) implements Comparable<ZoneId> {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public ZoneId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "zone '%s': expected 1 to 40 of a-z, 0-9 and '-', starting with a letter",
              Sentence.shown(value)));
    }
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
