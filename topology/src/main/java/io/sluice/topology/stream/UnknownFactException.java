package io.sluice.topology.stream;

/**
 * A fact in the journal that this release does not know. Decisions made without it could be wrong,
 * so that nothing more is decided until a release that knows it takes over.
 */
public final class UnknownFactException extends TopologyFailure {
  private static final long serialVersionUID = 1;

  /** Names the type and the place of the record. */
  public UnknownFactException(String type, String topic, int partition, long offset) {
    super(
        ("%s-%d@%d: fact of unknown type '%s': a later release wrote it, and decisions must not skip"
                + " facts; expected that release to run here")
            .formatted(topic, partition, offset, type));
  }
}
