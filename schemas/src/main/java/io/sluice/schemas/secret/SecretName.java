package io.sluice.schemas.secret;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.regex.Pattern;

/**
 * What a secret is called.
 *
 * @param value 1 to 63 of a-z, 0-9, '-', '_' and '.', starting with a letter; so it can be the name
 *     of a file and stand in a path
 */
public record SecretName(@JsonValue String value) implements Comparable<SecretName> {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9_.-]{0,62}");

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public SecretName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "secret '%.80s': expected a name of 1 to 63 of a-z, 0-9, '-', '_' and '.', starting with"
                  + " a letter",
              value));
    }
  }

  @Override
  public int compareTo(SecretName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
