package io.sluice.provisioner.plan;

import io.sluice.schemas.id.Epoch;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What holds for one term in office.
 *
 * @param epoch the term
 * @param environment environment variables that every server gets
 * @param stopGrace how long a server may take to end by itself once it is stopped
 * @param listInterval how often the fleet is listed and compared with the journal
 */
public record TermSettings(
    Epoch epoch, SortedMap<String, String> environment, Duration stopGrace, Duration listInterval) {
  /** How long the remains of a dead server wait for the command to remove them. */
  public static final Duration REMAINS_WAIT = Duration.ofSeconds(10);

  /** How long after the first sight a server that the journal does not know is looked at again. */
  public static final Duration SECOND_LOOK = Duration.ofSeconds(2);

  /** How long after a server's end the whole fleet is listed. */
  public static final Duration LOOK_AFTER_EXIT = Duration.ofSeconds(1);

  /** How long after the first failed attempt a server is stopped again; doubles each time. */
  public static final Duration STOP_RETRY_MIN = Duration.ofSeconds(1);

  /** The longest pause between two attempts to stop a server. */
  public static final Duration STOP_RETRY_MAX = Duration.ofSeconds(30);

  /** Copies the environment. */
  public TermSettings {
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /** Terms with the default times. */
  public static TermSettings of(Epoch epoch, Map<String, String> environment) {
    return new TermSettings(
        epoch, new TreeMap<>(environment), Duration.ofSeconds(10), Duration.ofSeconds(30));
  }
}
