package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The facts with which a term begins.
 *
 * @param epoch the new term, one after the last that any zone knows
 * @param facts in the order to be recorded: what the configuration adds, then who leads, for every
 *     zone, retired ones too, so that each has every term
 * @param notes where the configuration says otherwise than the journal, which wins
 */
public record TermStart(Epoch epoch, List<FleetEvent> facts, List<Note> notes) {
  /** Copies the lists. */
  public TermStart {
    facts = List.copyOf(facts);
    notes = List.copyOf(notes);
  }

  /**
   * A zone as the configuration wants it when it is new, that is, when the journal has never known
   * it: what it knew and retired is not declared again by a file.
   *
   * @param zone its name
   * @param policy how it scales
   * @param template what its servers are made of
   */
  public record Declaration(ZoneId zone, ZonePolicy policy, ServerTemplate template) {}

  /** The term that follows on what the journal says. */
  public static TermStart of(
      Fleet fleet, List<Declaration> declarations, MonitorId monitor, URI url, Instant now) {
    Epoch epoch = fleet.epoch().next();
    List<FleetEvent> facts = new ArrayList<>();
    List<Note> notes = new ArrayList<>();
    SortedSet<ZoneId> zones = new TreeSet<>(fleet.zones().keySet());
    for (Declaration declaration : declarations) {
      zones.add(declaration.zone());
      declare(fleet.zone(declaration.zone()), declaration, now, facts, notes);
    }
    for (ZoneId zone : zones) {
      facts.add(new LeaderElected(zone, now, monitor, epoch, url));
    }
    return new TermStart(epoch, facts, notes);
  }

  private static void declare(
      Zone known, Declaration wanted, Instant now, List<FleetEvent> facts, List<Note> notes) {
    if (known.life().retired() || known.life().retiring()) {
      notes.add(
          new Note(
              true,
              "zone %s: the configuration has it, and it %s: it is not declared again by a file"
                  .formatted(
                      wanted.zone(), known.life().retired() ? "was retired" : "is being retired")));
      return;
    }
    if (!known.declared()) {
      facts.add(new ZoneDeclared(wanted.zone(), now, Actor.CONFIGURATION));
    }
    if (known.policyRevision() == 0) {
      facts.add(new PolicyChanged(wanted.zone(), now, 1, wanted.policy(), Actor.CONFIGURATION));
    } else if (!known.policy().equals(wanted.policy())) {
      notes.add(differs(wanted.zone(), "policy", known.policyRevision()));
    }
    if (known.templateRevision() == 0) {
      facts.add(
          new TemplateChanged(
              wanted.zone(), now, 1, wanted.template(), Actor.CONFIGURATION, Optional.empty()));
    } else if (!known
        .template()
        .withLatestSecrets()
        .equals(wanted.template().withLatestSecrets())) {
      notes.add(differs(wanted.zone(), "template", known.templateRevision()));
    }
  }

  private static Note differs(ZoneId zone, String what, int revision) {
    return new Note(
        true,
        "zone %s: the configuration's %s differs from revision %d in the journal, which holds"
            .formatted(zone, what, revision));
  }
}
