package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.history.RawRecord;

/** A record that nobody can read; it belongs to the dead letters. */
public final class MalformedRecordException extends TopologyFailure {
  private static final long serialVersionUID = 1;

  /** Says what is wrong with the record. */
  public MalformedRecordException(String problem) {
    // Where in the code it was noticed tells nobody anything, and a flood of them should be cheap.
    super(problem, null, false);
  }

  /** Says what is wrong with a record of the journal. */
  static MalformedRecordException of(RawRecord raw) {
    return new MalformedRecordException(
        JournalReader.read(raw.key(), raw.value()) instanceof Decoded.Malformed<FleetEvent>(var it)
            ? it
            : "key: expected a zone");
  }
}
