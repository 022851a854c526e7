package io.sluice.topology;

/** How the processes that run the topology share its partitions. */
public enum GroupProtocol {
  /** Kafka's own protocol for Streams, on brokers of 4.2 or later: the broker assigns. */
  STREAMS("streams"),
  /** The consumer group protocol that every broker speaks: one of the processes assigns. */
  CLASSIC("classic");

  private final String setting;

  GroupProtocol(String setting) {
    this.setting = setting;
  }

  /** The name under which Kafka knows it. */
  public String setting() {
    return setting;
  }
}
