package io.sluice.app.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * How the sending of metrics goes.
 *
 * @param state how the last measurement fared
 * @param sent measurements that Kafka has confirmed
 * @param dropped measurements given up before sending, since a newer one came or too many were
 *     unconfirmed
 * @param failed measurements that Kafka did not take
 * @param problem why the last one failed, for people; empty unless failing
 */
public record SenderStatus(
    State state, long sent, long dropped, long failed, Optional<String> problem) {
  /** How the last measurement fared. */
  public enum State {
    /** No Kafka was named: nothing is sent. */
    OFF,
    /** Nothing was confirmed or refused yet. */
    CONNECTING,
    /** Kafka confirmed the last one. */
    SENDING,
    /** The last one failed. */
    FAILING;

    /** The name on the wire. */
    @JsonValue
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The status of a sender that has nowhere to send to. */
  public static SenderStatus off() {
    return new SenderStatus(State.OFF, 0, 0, 0, Optional.empty());
  }
}
