package io.sluice.compose.archive;

import io.sluice.topology.history.RawRecord;

/** What a line of an archive says. */
public sealed interface Line {
  /** The first line. */
  record Opening(Manifest manifest) implements Line {}

  /** A record of a topic. */
  record Entry(String topic, RawRecord record) implements Line {}

  /** A record that the reader did not ask for: its hash was verified, its content not looked at. */
  record Passed() implements Line {}

  /** The last line. */
  record Closing(Trailer trailer) implements Line {}
}
