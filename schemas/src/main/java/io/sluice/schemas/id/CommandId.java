package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;

/**
 * The id of a scale command, such as {@code zone1@1234}: the zone and the journal offset of the
 * fact that caused it. A fact causes at most one command, so that the id is unique.
 *
 * @param zone the zone that is scaled
 * @param offset offset of the cause in the zone's journal partition, 0 or more
 */
public record CommandId(ZoneId zone, long offset) {
  /**
   * Validates the offset.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CommandId {
    if (offset < 0) {
      throw new IllegalArgumentException(
          Sentence.of("journal offset %d of zone '%s': expected 0 or more", offset, zone));
    }
  }

  /**
   * Reads the form {@code <zone>@<offset>}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static CommandId of(String text) {
    int at = text.indexOf('@');
    try {
      return new CommandId(
          new ZoneId(text.substring(0, Math.max(at, 0))), Long.parseLong(text.substring(at + 1)));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          Sentence.of(
              "command '%s': expected <zone>@<journal offset>, such as zone1@1234",
              Sentence.shown(text)),
          malformed);
    }
  }

  @JsonValue
  @Override
  public String toString() {
    return zone.value() + "@" + offset;
  }
}
