package io.sluice.schemas.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;

/**
 * Who asked for a change: a person, a script, or Sluice's own configuration.
 *
 * @param name 1 to 200 characters
 */
public record Actor(@JsonValue String name) {
  /** Changes that come from the configuration a cluster was started with. */
  public static final Actor CONFIGURATION = new Actor("configuration");

  /** Changes that Sluice makes by itself, as when it goes back to a template. */
  public static final Actor SLUICE = new Actor("sluice");

  private static final int NAME_LENGTH_MAX = 200;

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it is blank or too long
   */
  @JsonCreator
  public Actor {
    if (name.isBlank() || name.length() > NAME_LENGTH_MAX) {
      throw new IllegalArgumentException(
          Sentence.of("actor '%s': expected 1 to %d characters", name, NAME_LENGTH_MAX));
    }
  }

  /** Whether it is neither the configuration nor Sluice itself. */
  public boolean isSomebody() {
    return !equals(CONFIGURATION) && !equals(SLUICE);
  }

  @Override
  public String toString() {
    return name;
  }
}
