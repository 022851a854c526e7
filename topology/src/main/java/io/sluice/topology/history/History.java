package io.sluice.topology.history;

import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** A journal and the commands that were decided on it. */
public interface History {
  /** Where it is, for people: an address or a file. */
  String name();

  /** Opens a part of the journal. */
  RecordSource journal(Passage passage);

  /** Opens a part of the commands. */
  RecordSource commands(Passage passage);

  /** The zones that it knows of, for telling which there are; that may take reading all of it. */
  SortedSet<ZoneId> zones();

  /**
   * Opens samples of a zone's journal: the time from one moment to another is cut into stretches of
   * equal length, and of each the first records are given. It may give more than that.
   *
   * @param stretches how many, 1 or more
   * @param most how many positions of each stretch are read, 1 or more
   */
  default RecordSource samples(Passage passage, int stretches, long most) {
    return journal(passage);
  }

  /** Opens the journal. */
  default RecordSource journal() {
    return journal(Passage.ALL);
  }

  /** Opens the commands. */
  default RecordSource commands() {
    return commands(Passage.ALL);
  }

  /**
   * The parts that can be read beside one another and together are all: of Kafka the partitions. A
   * zone has its facts and its commands in one of them.
   */
  default List<Passage> parts() {
    return List.of(Passage.ALL);
  }

  /** Opens the states that were kept of a part, as they stand; none where none are kept. */
  default RecordSource checkpoints(Passage passage) {
    return RecordSource.EMPTY;
  }

  /**
   * A state of the zone that was kept, to start from instead of from the beginning: the last one of
   * facts that were appended by this time and have smaller offsets. Empty: none was kept, or not by
   * rules that this release knows.
   */
  default Optional<Checkpoint> checkpoint(ZoneId zone, Instant time, long offset) {
    return Optional.empty();
  }

  /**
   * Such a state of every zone that there was at this time; {@link Checkpoint#none} of one of which
   * nothing was kept. Empty: none is kept of any, and the journal has to be read from its
   * beginning.
   */
  default Map<ZoneId, Checkpoint> checkpoints(Instant time) {
    return Map.of();
  }
}
