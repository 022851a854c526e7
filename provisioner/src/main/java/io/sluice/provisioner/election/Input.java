package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;

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

  /** The host of a monitor that was checked says that nobody listens there. */
  record Gone(MonitorId peer) implements Input {}

  /**
   * A leader's heartbeat was read from Kafka just now.
   *
   * @param leader who wrote it
   * @param incarnation which process of that id
   * @param epoch in which term
   */
  record Beat(MonitorId leader, Incarnation incarnation, Epoch epoch) implements Input {}

  /**
   * A sign of life was read from Kafka just now, as every monitor writes them, whether or not it
   * leads.
   *
   * @param monitor who wrote it, this one among them
   * @param incarnation which process of that id
   * @param taking whether it takes office
   */
  record Present(MonitorId monitor, Incarnation incarnation, boolean taking) implements Input {}

  /**
   * Whether Kafka answers this monitor.
   *
   * @param kafka true: it did just now; false: not within the time that it has
   */
  record Contact(boolean kafka) implements Input {}

  /** The office was taken by this attempt: this monitor leads. */
  record TookOffice(long attempt, Epoch epoch) implements Input {}

  /** An attempt to take the office goes on. */
  record Progressed(long attempt) implements Input {}

  /**
   * The office was left, lost, or could not be taken.
   *
   * @param attempt the attempt that is over
   * @param fenced whether because somebody else took it
   */
  record LeftOffice(long attempt, boolean fenced) implements Input {}

  /** The monitor is about to end. */
  record Ending() implements Input {}
}
