package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When the fleet is listed, and what is done about what the listing shows: a lost server has
 * exited; a stray one is stopped, once two listings have shown it and every command was read, since
 * until then a command may turn up that asks for it. Soft: a new leader lists at once.
 */
final class FleetReconciler {
  private final CommandExecutor desk;
  private final ServerLifecycle care;
  private final Set<ServerId> suspects = new HashSet<>();
  private Set<ServerId> before = Set.of();
  private Instant next = Instant.MIN;
  private boolean underWay;

  FleetReconciler(CommandExecutor desk, ServerLifecycle care) {
    this.desk = desk;
    this.care = care;
  }

  void tick(Step step) {
    if (!underWay && !step.now().isBefore(next)) {
      underWay = true;
      next = step.now().plus(step.terms().listInterval());
      before = Reconciliation.known(step.view());
      step.draft().effect(new Effect.ListServers());
    }
  }

  /** Lists within this time. */
  void soon(Instant now, Duration within) {
    Instant wanted = now.plus(within);
    next = wanted.isBefore(next) ? wanted : next;
  }

  void listed(Step step, Input.Listed listing) {
    underWay = false;
    Set<ServerId> busy = new HashSet<>(desk.named());
    busy.addAll(care.ending());
    Reconciliation found = Reconciliation.of(step.view(), before, busy, listing.listing());
    for (ServerId lost : found.lost()) {
      String reason = "its fleet does not run it any more";
      care.exited(step, new Exit(lost, Optional.empty(), false, reason));
    }
    List<ZoneId> silent =
        before.stream()
            .map(ServerId::zone)
            .distinct()
            .filter(zone -> !listing.listing().speaksFor(zone))
            .sorted()
            .toList();
    if (!silent.isEmpty()) {
      step.draft()
          .warn(
              "of the servers of %s nothing is known at the moment; they are left as they are"
                  .formatted(silent));
    }
    Set<ServerId> strays = new HashSet<>(listing.commandsRead() ? found.stray() : Set.of());
    for (ServerId stray : found.stray()) {
      if (strays.contains(stray) && suspects.contains(stray)) {
        step.draft()
            .warn("server %s runs, but the journal does not know it: stopping it".formatted(stray));
        care.end(step, stray, "unknown to the journal", Optional.empty());
      }
    }
    suspects.clear();
    strays.stream().filter(stray -> !care.isEnding(stray)).forEach(suspects::add);
    if (!found.stray().isEmpty()) {
      soon(step.now(), TermSettings.SECOND_LOOK);
    }
  }

  void failed(Step step, String reason) {
    underWay = false;
    step.draft().warn("the fleet could not be listed: %s".formatted(reason));
  }
}
