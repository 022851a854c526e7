package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Input;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.leadership.Incarnation;
import java.time.Duration;
import java.util.List;

/**
 * The topic {@code leadership}, in which a leader says that it leads and every process that it is
 * there. What is written is fleeting: nothing is repeated, and what gets lost is not missed.
 */
public interface LeadershipTopic {
  /** Somebody who writes, under a name of its own. */
  Writer write(String part);

  /**
   * Somebody who reads what is written from now on.
   *
   * @throws org.apache.kafka.common.errors.UnknownTopicOrPartitionException if the topic is not
   *     there: somebody has deleted it
   */
  Reader read();

  /**
   * Makes the topic again, with as many copies as the journal has: elections need it, and nothing
   * that stood there is missed.
   *
   * @throws org.apache.kafka.common.KafkaException if that is not possible
   */
  void restore();

  /** Writes; nothing here throws, since whoever reads notices that Kafka does not answer. */
  interface Writer extends AutoCloseable {
    /** A leader's heartbeat. */
    void beat(Heartbeat heartbeat, Incarnation incarnation);

    /**
     * A sign of life.
     *
     * @param taking whether this process takes office just now
     */
    void present(MonitorId monitor, Incarnation incarnation, boolean taking);

    @Override
    void close();
  }

  /** Reads; throws a {@link org.apache.kafka.common.KafkaException} if Kafka does not answer. */
  interface Reader extends AutoCloseable {
    /** Asks something that Kafka has to answer. */
    void contact();

    /** What was written since, as it is heard; empty if nothing came in time. */
    List<Input> poll(Duration most);

    @Override
    void close();
  }
}
