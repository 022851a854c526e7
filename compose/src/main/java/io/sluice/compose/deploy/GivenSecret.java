package io.sluice.compose.deploy;

import io.sluice.schemas.secret.SecretName;

/**
 * A secret whose value a Compose file brings along, from a file or a variable.
 *
 * @param name what the file calls it
 * @param value what nobody else may know
 */
public record GivenSecret(SecretName name, String value) {
  /** The name alone. */
  @Override
  public String toString() {
    return "secret " + name;
  }
}
