package io.sluice.provisioner.api;

import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Which commands somebody wants to see, newest first.
 *
 * @param zone only those of this zone; empty: of all zones
 * @param from none whose cause is earlier
 * @param to none whose cause is later
 * @param before only those behind this place; empty: from the newest on
 * @param limit at most so many, 1 or more
 */
public record CommandsQuestion(
    Optional<ZoneId> zone, Instant from, Instant to, Optional<Place> before, int limit) {
  /**
   * A command's place among all of them.
   *
   * @param at the broker's time of its cause
   * @param id which one
   */
  public record Place(Instant at, CommandId id) {
    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it has another form
     */
    static Place parse(String text) {
      int comma = text.indexOf(',');
      try {
        return new Place(
            OffsetDateTime.parse(text.substring(0, Math.max(0, comma))).toInstant(),
            CommandId.of(text.substring(comma + 1)));
      } catch (DateTimeException | IllegalArgumentException malformed) {
        throw new IllegalArgumentException(
            "place '%s': expected the one in the header Link of the page before, such as 2026-11-01T12:00:00Z,zone1@1234"
                .formatted(text),
            malformed);
      }
    }

    @Override
    public String toString() {
      return at + "," + id;
    }
  }
}
