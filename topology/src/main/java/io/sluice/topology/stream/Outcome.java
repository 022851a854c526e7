package io.sluice.topology.stream;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.topology.project.MembershipChange;

/** What comes of a record of the journal. */
public sealed interface Outcome {
  /**
   * A decision.
   *
   * @param command the decision
   */
  record Commanded(ScaleCommand command) implements Outcome {}

  /**
   * Something that the zone's balancer is to know.
   *
   * @param change what
   */
  record Changed(MembershipChange change) implements Outcome {}

  /**
   * A state that is kept for those who tell the past.
   *
   * @param state the state, packed
   */
  // An array in a record is compared by identity; nobody compares these.
  @SuppressWarnings("ArrayRecordComponent")
  record Kept(byte[] state) implements Outcome {}

  /**
   * Something that the zone's journal is to know.
   *
   * @param fact what
   */
  record Told(FleetEvent fact) implements Outcome {}
}
