package io.sluice.schemas.leadership;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * One run of a monitor's process, from its start to its end: what tells two processes apart that
 * have one id.
 *
 * @param value 1 to 64 characters of a-z and 0-9
 */
public record Incarnation(@JsonValue String value) {
  /** Of a process of a release that did not say which run it is. */
  public static final Incarnation UNKNOWN = new Incarnation("unknown");

  /** The header of records of {@code leadership} in which it stands. */
  public static final String HEADER = "sluice-incarnation";

  private static final int RANDOM_BYTES = 8;

  /**
   * Validates the form.
   *
   * @throws IllegalArgumentException if it has another one
   */
  @JsonCreator
  public Incarnation {
    if (!value.matches("[a-z0-9]{1,64}")) {
      throw new IllegalArgumentException(
          "an incarnation of " + value.length() + " characters: expected 1 to 64 of a-z and 0-9");
    }
  }

  /** One that no other process has, if the chance is good enough for that. */
  public static Incarnation random(RandomGenerator chance) {
    byte[] random = new byte[RANDOM_BYTES];
    chance.nextBytes(random);
    return new Incarnation(HexFormat.of().formatHex(random));
  }

  @Override
  public String toString() {
    return value;
  }
}
