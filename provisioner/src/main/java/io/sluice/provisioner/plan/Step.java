package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.ServerId;
import java.time.Instant;
import java.util.Optional;

/**
 * One step of the leader's mind, handed through its parts.
 *
 * @param chronicle what the journal says and is about to say
 * @param terms what holds for the term
 * @param now the time of the step
 * @param draft where the outcome is collected
 */
record Step(OptimisticView chronicle, TermSettings terms, Instant now, Outcome.Draft draft) {
  Fleet view() {
    return chronicle.view();
  }

  Optional<Server> server(ServerId id) {
    return view().server(id);
  }

  /** Records the fact if it fits what is known; says whether it does. */
  boolean tell(FleetEvent fact) {
    boolean fits = chronicle.tell(fact, now);
    if (fits) {
      draft.fact(fact);
    }
    return fits;
  }
}
