package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.regex.Pattern;

/**
 * The name under which a cluster's containers are known, so that several clusters can share an
 * engine: a label's value and the beginning of the names of its containers. 1 to 30 of {@code a-z},
 * {@code 0-9} and {@code -}, from a letter or digit on.
 */
public record ClusterName(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,29}");

  /** The only cluster of an engine needs no name of its own. */
  public static final ClusterName DEFAULT = new ClusterName("sluice");

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public ClusterName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "cluster '%s': expected 1 to 30 of a-z, 0-9 and '-', from a letter or digit on",
              value));
    }
  }

  /** What the container of a server is called: an engine knows a name only once. */
  public String container(ServerId server) {
    return value + "-" + server;
  }

  @Override
  public String toString() {
    return value;
  }
}
