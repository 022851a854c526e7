package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.fleet.Leader;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where changes that people ask for become facts. It goes by the leader's view, which holds the
 * facts that were told a moment ago, so that revisions rise by one however quickly changes come.
 */
final class ChangeHandler {
  private ChangeHandler() {}

  static ChangeResult rule(Step step, Change change) {
    Zone zone = step.view().zone(change.zone());
    boolean declares = change instanceof Change.Declare || change instanceof Change.MayDeclare;
    boolean retires = change instanceof Change.Retire;
    if (zone.life().retiring() || (retires && zone.life().retired())) {
      return new ChangeResult.AtStage(zone.life().stage());
    }
    if (!zone.declared() && !declares) {
      return new ChangeResult.NoSuchZone(declared(step));
    }
    return switch (change) {
      case Change.Declare wanted -> declare(step, zone, wanted);
      case Change.MayDeclare(Change.Declare wanted) ->
          refusal(step, zone, wanted)
              .orElseGet(() -> new ChangeResult.Unchanged(zone.templateRevision()));
      case Change.Retire(var id, var actor) ->
          record(step, new ZoneRetiring(id, step.now(), actor));
      case Change.SetPolicy wanted -> policy(step, zone, wanted);
      case Change.SetTemplate wanted -> template(step, zone, wanted);
      case Change.Scale(var id, var servers, var until, var actor) ->
          timed(step, until, new ManualScaleRequested(id, step.now(), servers, until, actor));
      case Change.ReportLoad(var id, var metric, var value, var valid, var source, var actor) ->
          record(step, new LoadReported(id, step.now(), metric, value, valid, source, actor));
      case Change.Pause(var id, var direction, var until, var actor) ->
          timed(step, until, new ScalingPaused(id, step.now(), direction, until, actor));
      case Change.Resume(var id, var direction, var actor) ->
          record(step, new ScalingResumed(id, step.now(), direction, actor));
    };
  }

  /**
   * The zone is declared when all else that makes it up is known, so that nothing is decided on a
   * part of it; its revisions count on from those that it had in an earlier life.
   */
  private static ChangeResult declare(Step step, Zone zone, Change.Declare wanted) {
    Optional<ChangeResult> refused = refusal(step, zone, wanted);
    if (refused.isPresent()) {
      return refused.get();
    }
    Instant now = step.now();
    Actor actor = wanted.actor();
    ServerTemplate made = step.shelf().resolved(wanted.template());
    int policy = zone.policyRevision() + 1;
    int template = zone.templateRevision() + 1;
    fitting(step, new PolicyChanged(zone.id(), now, policy, wanted.policy(), actor));
    fitting(step, new TemplateChanged(zone.id(), now, template, made, actor, Optional.empty()));
    ledBy(step, zone).ifPresent(leads -> fitting(step, leads));
    return record(step, new ZoneDeclared(zone.id(), now, actor));
  }

  /** Why the zone can't be declared so; empty: it can. */
  private static Optional<ChangeResult> refusal(Step step, Zone zone, Change.Declare wanted) {
    if (zone.declared()) {
      return Optional.of(new ChangeResult.AtStage(zone.life().stage()));
    }
    // One of its file that was retired has its engine there still.
    if (!step.terms().takesRequested() && !step.terms().zones().contains(zone.id())) {
      return Optional.of(
          new ChangeResult.NotRunnable(
              "the monitor that leads has an engine for each zone of its file, and none for"
                  + " others"));
    }
    List<String> missing = step.shelf().missing(wanted.template());
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChangeResult.NoSuchSecret(missing, step.shelf().secrets().names()));
  }

  /** Who leads by now, for a zone that has not heard of it. */
  private static Optional<FleetEvent> ledBy(Step step, Zone zone) {
    return step.view()
        .leader()
        .filter(leads -> !zone.leader().map(Leader::epoch).equals(Optional.of(leads.epoch())))
        .map(leads ->
            new LeaderElected(zone.id(), step.now(), leads.id(), leads.epoch(), leads.url()));
  }

  private static ChangeResult policy(Step step, Zone zone, Change.SetPolicy wanted) {
    int revision = zone.policyRevision();
    if (wanted.ifRevision().filter(expected -> expected != revision).isPresent()) {
      return new ChangeResult.Outdated(revision);
    }
    if (revision > 0 && zone.policy().equals(wanted.policy())) {
      return new ChangeResult.Unchanged(revision);
    }
    return record(
        step,
        new PolicyChanged(
            wanted.zone(), step.now(), revision + 1, wanted.policy(), wanted.actor()));
  }

  private static ChangeResult template(Step step, Zone zone, Change.SetTemplate wanted) {
    int revision = zone.templateRevision();
    if (wanted.ifRevision().filter(expected -> expected != revision).isPresent()) {
      return new ChangeResult.Outdated(revision);
    }
    List<String> missing = step.shelf().missing(wanted.template());
    if (!missing.isEmpty()) {
      return new ChangeResult.NoSuchSecret(missing, step.shelf().secrets().names());
    }
    ServerTemplate template = step.shelf().resolved(wanted.template());
    if (revision > 0 && zone.template().equals(template)) {
      return new ChangeResult.Unchanged(revision);
    }
    return record(
        step,
        new TemplateChanged(
            wanted.zone(), step.now(), revision + 1, template, wanted.actor(), Optional.empty()));
  }

  private static ChangeResult timed(Step step, Optional<Instant> until, FleetEvent fact) {
    return until.filter(end -> !end.isAfter(step.now())).isPresent()
        ? new ChangeResult.Past(step.now())
        : record(step, fact);
  }

  private static ChangeResult record(Step step, FleetEvent fact) {
    fitting(step, fact);
    return new ChangeResult.Recorded(
        fact, step.draft().facts() - 1, step.view().zone(fact.zone()).policy());
  }

  private static void fitting(Step step, FleetEvent fact) {
    if (!step.tell(fact)) {
      throw new IllegalStateException(
          "%s of zone %s: expected a fact that fits the leader's own view"
              .formatted(fact.getClass().getSimpleName(), fact.zone()));
    }
  }

  private static SortedSet<ZoneId> declared(Step step) {
    return step.view().zones().entrySet().stream()
        .filter(entry -> entry.getValue().declared())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
