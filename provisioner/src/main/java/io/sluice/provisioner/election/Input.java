package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;

/** What a monitor hears that has to do with the election. */
public sealed interface Input {
  /** The monitor has begun to listen. */
  record Began() implements Input {}

  /** Time has passed. */
  record Tick() implements Input {}

  /** Somebody says something. */
  record Received(MonitorId from, Message message) implements Input {}

  /** A message did not arrive, or nobody confirmed it in time. */
  record Undelivered(MonitorId to, Message message) implements Input {}

  /**
   * A monitor that was checked answers.
   *
   * @param leads whether it says that it leads
   */
  record Answered(MonitorId peer, boolean leads) implements Input {}

  /** A monitor that was checked does not answer. */
  record Silent(MonitorId peer) implements Input {}

  /** The connection that was held open to a monitor broke, or could not be made. */
  record Broke(MonitorId peer) implements Input {}

  /**
   * A leader's heartbeat was read from Kafka just now.
   *
   * @param leader who wrote it
   * @param epoch in which term
   */
  record Beat(MonitorId leader, Epoch epoch) implements Input {}

  /**
   * Whether Kafka answers this monitor.
   *
   * @param kafka true: it did just now; false: not within the time that it has
   */
  record Contact(boolean kafka) implements Input {}

  /** The office was taken: this monitor leads. */
  record TookOffice(Epoch epoch) implements Input {}

  /**
   * The office was left, lost, or could not be taken.
   *
   * @param fenced whether because somebody else took it
   */
  record LeftOffice(boolean fenced) implements Input {}

  /** The monitor is about to end. */
  record Ending() implements Input {}
}
