package io.sluice.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.event.Actor;

/**
 * Where a zone is in its life.
 *
 * <pre>
 *            ZoneDeclared          ZoneRetiring          ZoneRetired
 *   UNKNOWN ────────────▶ DECLARED ───────────▶ RETIRING ──────────▶ RETIRED
 *                            ▲                                          │
 *                            └──────────────── ZoneDeclared ────────────┘
 * </pre>
 *
 * <p>Nothing leads from retiring back to declared: who asked for it can count on it.
 *
 * @param stage how far it has come
 * @param origin who declared it last
 */
public record ZoneLife(Stage stage, Origin origin) {
  /** Nothing is known of it yet. */
  public static final ZoneLife UNKNOWN = new ZoneLife(Stage.UNKNOWN, Origin.CONFIGURATION);

  /** How far a zone has come. */
  public enum Stage {
    /** The journal has never known it. */
    @JsonProperty("unknown")
    UNKNOWN,
    /** It is there. */
    @JsonProperty("declared")
    DECLARED,
    /** It is there, and its servers go, one by one, when they have finished what they have. */
    @JsonProperty("retiring")
    RETIRING,
    /** It is gone; its name may be declared again. */
    @JsonProperty("retired")
    RETIRED
  }

  /** Who declared a zone, on which it depends who can run its servers. */
  public enum Origin {
    /** A monitor's file; monitors that don't have the zone in theirs leave its servers alone. */
    @JsonProperty("configuration")
    CONFIGURATION,
    /** Somebody, while it ran: no file knows it. */
    @JsonProperty("request")
    REQUEST
  }

  /** A zone of which an earlier release has told no more than whether it is declared. */
  static ZoneLife of(boolean declared) {
    return declared ? new ZoneLife(Stage.DECLARED, Origin.CONFIGURATION) : UNKNOWN;
  }

  /** Whether it is there: its balancer may know its servers. */
  public boolean declared() {
    return stage == Stage.DECLARED || stage == Stage.RETIRING;
  }

  /** Whether it is on its way out. */
  public boolean retiring() {
    return stage == Stage.RETIRING;
  }

  /** Whether it was there once, and is no more. */
  public boolean retired() {
    return stage == Stage.RETIRED;
  }

  /** Whether it was declared while it ran, and stands in no file. */
  public boolean requested() {
    return stage != Stage.UNKNOWN && origin == Origin.REQUEST;
  }

  /** One that is declared twice in a row is still that of the first time. */
  ZoneLife declaredBy(Actor actor) {
    return stage == Stage.DECLARED
        ? this
        : new ZoneLife(
            Stage.DECLARED,
            actor.equals(Actor.CONFIGURATION) ? Origin.CONFIGURATION : Origin.REQUEST);
  }

  ZoneLife at(Stage next) {
    return new ZoneLife(next, origin);
  }
}
