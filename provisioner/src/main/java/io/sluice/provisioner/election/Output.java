package io.sluice.provisioner.election;

import io.sluice.schemas.id.MonitorId;

/** What a monitor is to do for the election. */
public sealed interface Output {
  /** Send a message; if it does not arrive, {@link Input.Undelivered} says so. */
  record Send(MonitorId to, Message message) implements Output {}

  /**
   * Ask a monitor whether it lives; {@link Input.Answered}, {@link Input.Silent} or {@link
   * Input.Gone} follows.
   */
  record Check(MonitorId peer) implements Output {}

  /** Hold a connection open to this monitor and to no other; its end is an {@link Input.Broke}. */
  record Hold(MonitorId peer) implements Output {}

  /** Hold no connection open. */
  record LetGo() implements Output {}

  /** Take office; {@link Input.TookOffice} or {@link Input.LeftOffice} of the attempt follows. */
  record TakeOffice(long attempt) implements Output {}

  /** Leave office, or stop trying to take it; {@link Input.LeftOffice} of the attempt follows. */
  record Resign(long attempt) implements Output {}

  /** Run no longer, since another process has this monitor's id. */
  record Refuse(String why) implements Output {}

  /**
   * Something an operator may want to read in the log.
   *
   * @param warning whether it is out of the ordinary
   */
  record Tell(String sentence, boolean warning) implements Output {}
}
