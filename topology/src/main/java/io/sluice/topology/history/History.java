package io.sluice.topology.history;

/** A journal and the commands that were decided on it. */
public interface History {
  /** Where it is, for people: an address or a file. */
  String name();

  /** Opens the journal. */
  RecordSource journal();

  /** Opens the commands. */
  RecordSource commands();
}
