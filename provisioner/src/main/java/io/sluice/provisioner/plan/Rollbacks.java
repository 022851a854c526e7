package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Zone;
import java.util.Optional;

/**
 * Where a template whose servers don't become ready, or do worse, is replaced by the one before.
 */
final class Rollbacks {
  /** Who goes back. */
  private Rollbacks() {}

  static void tick(Step step, Zone zone) {
    zone.rollout()
        .filter(rollout -> rollout.failed() && !zone.life().retiring())
        .ifPresent(rollout -> goBack(step, zone, rollout));
  }

  private static void goBack(Step step, Zone zone, Rollout rollout) {
    String trouble = rollout.trouble().orElse("no reason known");
    String reason =
        rollout.isWorse()
            ? "revision %d is worse: %s".formatted(zone.templateRevision(), trouble)
            : "%d servers of revision %d failed in a row, the last one: %s"
                .formatted(rollout.failures(), zone.templateRevision(), trouble);
    TemplateChanged back =
        new TemplateChanged(
            zone.id(),
            step.now(),
            zone.templateRevision() + 1,
            rollout.before(),
            Actor.SLUICE,
            Optional.of(Step.sentence(reason)));
    if (step.tell(back)) {
      step.draft()
          .warn(
              "zone %s goes back to the template of revision %d: %s"
                  .formatted(zone.id(), rollout.beforeRevision(), reason));
    }
  }
}
