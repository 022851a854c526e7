package io.sluice.topology.stream;

/** A record that nobody can read; it belongs to the dead letters. */
public final class MalformedRecordException extends TopologyFailure {
  private static final long serialVersionUID = 1;

  /** Says what is wrong with the record. */
  public MalformedRecordException(String problem) {
    // Where in the code it was noticed tells nobody anything, and a flood of them should be cheap.
    super(problem, null, false);
  }
}
