package io.sluice.provisioner.api;

import io.sluice.provisioner.plan.Change;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.Map;
import java.util.Optional;

/** A part of a zone that is set as a whole and counts its revisions. */
sealed interface Revised<T> {
  /** What it is called, in paths and sentences. */
  String name();

  /** The one that holds, in the form in which it is read. */
  Map<String, Object> describe(Zone zone);

  /** The revision that holds. */
  int revision(Zone zone);

  /**
   * Reads one.
   *
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  T parse(String text);

  /** Why the leader's fleet can't do as it says; empty: nothing of it is beyond it. */
  default Optional<String> objection(LeaderClient leader, T value) {
    return Optional.empty();
  }

  /** The change that sets it. */
  Change change(ZoneId zone, T value, Optional<Integer> ifRevision, Actor actor);

  /** The revision that this fact sets; empty: it sets something else. */
  Optional<Integer> set(FleetEvent fact);

  /** How a zone scales. */
  record Policy() implements Revised<ZonePolicy> {
    @Override
    public String name() {
      return "policy";
    }

    @Override
    public Map<String, Object> describe(Zone zone) {
      return Policies.describe(zone.policy());
    }

    @Override
    public int revision(Zone zone) {
      return zone.policyRevision();
    }

    @Override
    public ZonePolicy parse(String text) {
      return Policies.parse(name(), text);
    }

    @Override
    public Change change(ZoneId zone, ZonePolicy value, Optional<Integer> ifRevision, Actor actor) {
      return new Change.SetPolicy(zone, value, ifRevision, actor);
    }

    @Override
    public Optional<Integer> set(FleetEvent fact) {
      return fact instanceof PolicyChanged changed
          ? Optional.of(changed.revision())
          : Optional.empty();
    }
  }

  /** What a zone's servers are made of. */
  record Template() implements Revised<ServerTemplate> {
    @Override
    public String name() {
      return "template";
    }

    @Override
    public Map<String, Object> describe(Zone zone) {
      return Templates.describe(zone.template());
    }

    @Override
    public int revision(Zone zone) {
      return zone.templateRevision();
    }

    @Override
    public ServerTemplate parse(String text) {
      return Environments.requireShown(name(), Templates.parse(name(), text));
    }

    @Override
    public Optional<String> objection(LeaderClient leader, ServerTemplate value) {
      return leader.objection(value);
    }

    @Override
    public Change change(
        ZoneId zone, ServerTemplate value, Optional<Integer> ifRevision, Actor actor) {
      return new Change.SetTemplate(zone, value, ifRevision, actor);
    }

    @Override
    public Optional<Integer> set(FleetEvent fact) {
      return fact instanceof TemplateChanged changed
          ? Optional.of(changed.revision())
          : Optional.empty();
    }
  }
}
