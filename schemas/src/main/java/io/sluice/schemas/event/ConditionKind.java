package io.sluice.schemas.event;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.regex.Pattern;

/**
 * What kind of trouble a zone is in. An open set, so that a release can read what a later one
 * raises; the constants are those that Sluice raises.
 *
 * @param name 1 to 40 of a-z, 0-9 and '-', starting with a letter
 */
public record ConditionKind(@JsonValue String name) implements Comparable<ConditionKind> {
  // Before the constants, whose constructor uses it.
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  /** A record of the zone can't be folded by this release, and the zone waits for one that can. */
  public static final ConditionKind NEWER_RECORD = new ConditionKind("newer-record");

  /** Folding a record of the zone failed, and the zone's decisions stand still at that record. */
  public static final ConditionKind FOLD_FAILED = new ConditionKind("fold-failed");

  /** What the zone would have to write is larger than Kafka takes. */
  public static final ConditionKind TOO_LARGE = new ConditionKind("too-large");

  /** The journal is not the one that the zone's decisions were made of, and they stand still. */
  public static final ConditionKind OTHER_JOURNAL = new ConditionKind("other-journal");

  /** Facts of the zone were cut off the journal before they were decided on; it goes on without. */
  public static final ConditionKind FACTS_MISSING = new ConditionKind("facts-missing");

  /** The leader could not work in a record of the zone, and went on behind it. */
  public static final ConditionKind RECORD_FAILED = new ConditionKind("record-failed");

  /** The leader's configuration does not have the zone. */
  public static final ConditionKind ZONE_NOT_CONFIGURED = new ConditionKind("zone-not-configured");

  /** What runs the zone's servers can't be reached. */
  public static final ConditionKind FLEET_UNREACHABLE = new ConditionKind("fleet-unreachable");

  /** A server that has to go can't be removed. */
  public static final ConditionKind SERVER_STUCK = new ConditionKind("server-stuck");

  /** The balancer that answers for the zone says that it serves another one. */
  public static final ConditionKind FOREIGN_BALANCER = new ConditionKind("foreign-balancer");

  /** The zone's schedules are followed by other time zones than before. */
  public static final ConditionKind TIME_ZONES_CHANGED = new ConditionKind("time-zones-changed");

  /** Servers of the zone report more metrics than are kept, and some are left out. */
  public static final ConditionKind METRICS_DROPPED = new ConditionKind("metrics-dropped");

  /** A server of the zone reports what can't be, and counts as not having reported it. */
  public static final ConditionKind IMPOSSIBLE_FIGURE = new ConditionKind("impossible-figure");

  /** A figure of the zone that the leader asks others for does not come. */
  public static final ConditionKind LOAD_UNKNOWN = new ConditionKind("load-unknown");

  /** A secret that the zone's servers get can't be had, and none of them is started without it. */
  public static final ConditionKind SECRET_UNAVAILABLE = new ConditionKind("secret-unavailable");

  /**
   * What a server of the zone is to be called in its fleet is the name of something that is none of
   * its cluster's, such as a server of another cluster.
   */
  public static final ConditionKind NAME_TAKEN = new ConditionKind("name-taken");

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public ConditionKind {
    if (!FORM.matcher(name).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "condition '%.60s': expected 1 to 40 of a-z, 0-9 and '-', starting with a letter",
              name));
    }
  }

  /** Whether nothing is decided on a zone as long as this lasts. */
  public boolean stopsDecisions() {
    return equals(NEWER_RECORD)
        || equals(FOLD_FAILED)
        || equals(TOO_LARGE)
        || equals(OTHER_JOURNAL);
  }

  @Override
  public int compareTo(ConditionKind other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
