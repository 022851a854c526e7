package io.sluice.compose.history;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RecordSource;

/** The history that stands in a cluster's Kafka, as far as it is committed. */
public final class KafkaHistory implements History {
  private final KafkaAccess kafka;

  /**
   * The history of the cluster whose broker is there; nothing is asked of it yet.
   *
   * @param kafka how Kafka is reached
   */
  public KafkaHistory(KafkaAccess kafka) {
    this.kafka = kafka;
  }

  @Override
  public String name() {
    return "Kafka at " + kafka.bootstrap();
  }

  /**
   * Opens the journal.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there is no
   *     journal
   */
  @Override
  public RecordSource journal() {
    return new KafkaSource(kafka, Topics.JOURNAL.name());
  }

  /**
   * Opens the commands.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there are no
   *     commands
   */
  @Override
  public RecordSource commands() {
    return new KafkaSource(kafka, Topics.SCALE_COMMANDS.name());
  }
}
