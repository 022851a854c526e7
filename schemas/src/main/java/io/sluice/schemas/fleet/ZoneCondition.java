package io.sluice.schemas.fleet;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ServerId;
import java.time.Instant;
import java.util.Optional;

/**
 * Trouble that a zone is in.
 *
 * @param condition what it is and what would end it
 * @param since when the journal first told of it
 */
public record ZoneCondition(Condition condition, Instant since) {
  /** Whether it is the one of this kind about this server, or about the zone itself. */
  public boolean is(ConditionKind kind, Optional<ServerId> server) {
    return condition.kind().equals(kind) && condition.server().equals(server);
  }
}
