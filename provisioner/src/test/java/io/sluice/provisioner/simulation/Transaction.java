package io.sluice.provisioner.simulation;

import io.sluice.schemas.event.FleetEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A transaction at the broker. */
final class Transaction {
  private final Author author;
  private final List<FleetEvent> facts = new ArrayList<>();
  private final Set<Log<?>> touched = new HashSet<>();
  private State state = State.OPEN;

  private enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  Transaction(Author author) {
    this.author = author;
  }

  Author author() {
    return author;
  }

  boolean open() {
    return state == State.OPEN;
  }

  boolean committed() {
    return state == State.COMMITTED;
  }

  List<FleetEvent> facts() {
    return facts;
  }

  void touch(Log<?> log, FleetEvent fact) {
    touched.add(log);
    facts.add(fact);
  }

  void touch(Log<?> log) {
    touched.add(log);
  }

  /** Ends it; the logs that it wrote to are to be marked. */
  Set<Log<?>> end(boolean commit) {
    state = commit ? State.COMMITTED : State.ABORTED;
    return touched;
  }
}
