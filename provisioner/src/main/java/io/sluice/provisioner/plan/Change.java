package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A change that somebody asks of a zone, or that there be one. */
public sealed interface Change {
  /** The zone to change. */
  ZoneId zone();

  /** Who asks. */
  Actor actor();

  /**
   * Let there be a zone.
   *
   * @param policy how it scales
   * @param template what its servers are made of
   */
  record Declare(ZoneId zone, ZonePolicy policy, ServerTemplate template, Actor actor)
      implements Change {}

  /** Tell whether there could be such a zone; changes nothing. */
  record MayDeclare(Declare wanted) implements Change {
    @Override
    public ZoneId zone() {
      return wanted.zone();
    }

    @Override
    public Actor actor() {
      return wanted.actor();
    }
  }

  /** Let the zone's servers finish what they have and go, and the zone with them. */
  record Retire(ZoneId zone, Actor actor) implements Change {}

  /**
   * Let the zone scale by this policy.
   *
   * @param policy the whole policy
   * @param ifRevision only if this revision still holds; empty: whatever holds
   */
  record SetPolicy(ZoneId zone, ZonePolicy policy, Optional<Integer> ifRevision, Actor actor)
      implements Change {}

  /**
   * Let the zone's servers be made from this template, those that there are too, one by one.
   *
   * @param template the whole template
   * @param ifRevision only if this revision still holds; empty: whatever holds
   */
  record SetTemplate(
      ZoneId zone, ServerTemplate template, Optional<Integer> ifRevision, Actor actor)
      implements Change {}

  /**
   * Let the zone have this many servers, within the limits of its policy.
   *
   * @param servers how many, 0 or more
   * @param until when the rules decide again; empty: at their next wish
   */
  record Scale(ZoneId zone, int servers, Optional<Instant> until, Actor actor) implements Change {}

  /**
   * Know this figure of the whole zone, which nobody here can measure.
   *
   * @param metric what it is
   * @param value the figure, 0 or more
   * @param validFor for how long it holds, if no other follows
   * @param source where it comes from, for people
   */
  record ReportLoad(
      ZoneId zone, Metric metric, double value, Duration validFor, String source, Actor actor)
      implements Change {}

  /**
   * Keep the zone's rules from scaling in a direction.
   *
   * @param direction which way
   * @param until when the pause ends by itself; empty: when resumed
   */
  record Pause(ZoneId zone, Direction direction, Optional<Instant> until, Actor actor)
      implements Change {}

  /**
   * End the pauses in a direction.
   *
   * @param direction which way
   */
  record Resume(ZoneId zone, Direction direction, Actor actor) implements Change {}
}
