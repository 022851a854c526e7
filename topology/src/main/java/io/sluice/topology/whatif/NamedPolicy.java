package io.sluice.topology.whatif;

import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.text.Sentence;

/**
 * A policy under the name by which a report calls it.
 *
 * @param name 1 to 100 characters
 * @param policy how the zone scales
 */
public record NamedPolicy(String name, ZonePolicy policy) {
  private static final int NAME_LENGTH_MAX = 100;

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it is blank or too long
   */
  public NamedPolicy {
    if (name.isBlank() || name.length() > NAME_LENGTH_MAX) {
      throw new IllegalArgumentException(
          Sentence.of("name of a policy '%s': expected 1 to %d characters", name, NAME_LENGTH_MAX));
    }
  }
}
