package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * When the fleet is listed, and what is done about what the listing shows: a lost server has
 * exited, and if the fleet does not say how within {@link TermSettings#END_WORD_MAX}, nobody knows
 * how; a stray one is stopped, once two listings have shown it and every command was read, since
 * until then a command may turn up that asks for it. Of a zone that the listing is silent about, or
 * that this monitor can't run, nothing is concluded. Soft: a new leader lists at once.
 */
final class FleetReconciler {
  private final CommandExecutor commands;
  private final ServerLifecycle servers;

  /** Servers that a listing showed to have ended, and of whose ends nothing else is known yet. */
  private final SortedMap<ServerId, Ended> ended = new TreeMap<>();

  private final Set<ServerId> suspects = new HashSet<>();
  private Set<ServerId> before = Set.of();
  private Optional<Ticks> next = Optional.empty();
  private boolean underWay;

  /**
   * A server of which it has to be said how it ended.
   *
   * @param reason what is said if nobody knows better
   * @param until when that is
   */
  private record Ended(String reason, Ticks until) {}

  FleetReconciler(CommandExecutor commands, ServerLifecycle servers) {
    this.commands = commands;
    this.servers = servers;
  }

  void tick(Step step) {
    endWaiting(step);
    if (underWay || next.filter(step.ticks()::isBefore).isPresent()) {
      return;
    }
    underWay = true;
    next = Optional.of(step.ticks().plus(step.terms().listInterval()));
    before = Reconciliation.known(step.view());
    step.draft().effect(new Effect.ListServers());
    servers.sweep(step);
    for (Zone zone : step.view().zones().values()) {
      if (zone.life().retired()) {
        continue;
      }
      if (step.terms().runs(zone)) {
        Conditions.clear(step, zone.id(), ConditionKind.ZONE_NOT_CONFIGURED, Optional.empty());
        Conditions.clearGone(step, zone, servers::isEnding);
      } else {
        Conditions.notConfigured(step, zone);
        // Nobody is asked about them any more.
        Conditions.clear(step, zone.id(), ConditionKind.FLEET_UNREACHABLE, Optional.empty());
        Conditions.clear(step, zone.id(), ConditionKind.FOREIGN_BALANCER, Optional.empty());
      }
    }
  }

  /** Lists within this time. */
  void soon(Step step, Duration within) {
    Ticks wanted = step.ticks().plus(within);
    next = next.filter(known -> !wanted.isBefore(known)).or(() -> Optional.of(wanted));
  }

  void listed(Step step, Input.Listed heard) {
    underWay = false;
    Listing listing = heard.listing();
    tellSilence(
        step,
        zone -> !listing.speaksFor(zone),
        "nothing is known of its servers, since what runs them does not answer");
    Set<ServerId> busy = new HashSet<>(commands.starting());
    busy.addAll(servers.ending());
    Reconciliation found = Reconciliation.of(step.view(), before, busy, listing).within(step::runs);
    lost(step, found.lost(), listing);
    listing.forEach(instance ->
        instance
            .unwell()
            .ifPresent(reason ->
                servers.alone(
                    step,
                    instance.server(),
                    Optional.empty(),
                    () -> servers.unwell(step, instance.server(), reason))));
    strays(step, found, heard.commandsRead());
  }

  /** The fleet's word of how they ended may be on its way, or is to be had for the asking. */
  private void lost(Step step, List<ServerId> lost, Listing listing) {
    Set<ServerId> still = Set.copyOf(lost);
    ended.keySet().removeIf(id -> listing.speaksFor(id.zone()) && !still.contains(id));
    for (ServerId id : lost) {
      if (!ended.containsKey(id)) {
        boolean replaced = listing.bearers().stream().anyMatch(it -> it.server().equals(id));
        String reason =
            replaced
                ? "its fleet does not run it any more: what says that it is it is another one"
                : "its fleet does not run it any more";
        ended.put(id, new Ended(reason, step.ticks().plus(TermSettings.END_WORD_MAX)));
        step.draft().effect(new Effect.AskHowEnded(id));
      }
    }
  }

  /** Those of which nobody has said how they ended have ended all the same. */
  private void endWaiting(Step step) {
    Iterator<Map.Entry<ServerId, Ended>> waiting = ended.entrySet().iterator();
    while (waiting.hasNext()) {
      Map.Entry<ServerId, Ended> next = waiting.next();
      if (!step.ticks().isBefore(next.getValue().until())) {
        waiting.remove();
        Exit exit = new Exit(next.getKey(), Optional.empty(), false, next.getValue().reason());
        servers.alone(step, next.getKey(), Optional.empty(), () -> servers.exited(step, exit));
      }
    }
  }

  private void strays(Step step, Reconciliation found, boolean commandsRead) {
    Set<ServerId> strays = new HashSet<>(commandsRead ? found.stray() : Set.of());
    for (ServerId stray : found.stray()) {
      if (strays.contains(stray) && suspects.contains(stray)) {
        step.draft()
            .warn("server %s runs, but the journal does not know it: stopping it".formatted(stray));
        servers.end(step, stray, "unknown to the journal", Optional.empty());
      }
    }
    suspects.clear();
    strays.stream().filter(stray -> !servers.isEnding(stray)).forEach(suspects::add);
    if (!found.stray().isEmpty()) {
      soon(step, TermSettings.SECOND_LOOK);
    }
  }

  void failed(Step step, String reason) {
    underWay = false;
    step.draft().warn("the fleet could not be listed: %s".formatted(reason));
    tellSilence(step, zone -> true, "the fleet could not be listed: " + reason);
  }

  // Conditions are facts: their order must follow from the state alone.
  private static void tellSilence(Step step, Predicate<ZoneId> silent, String what) {
    TreeSet<ZoneId> run = new TreeSet<>(step.terms().zones());
    step.view().zones().values().stream()
        .filter(step.terms()::runs)
        .map(Zone::id)
        .forEach(run::add);
    for (ZoneId zone : run) {
      if (silent.test(zone)) {
        Conditions.unreachable(step, zone, what);
      } else {
        Conditions.clear(step, zone, ConditionKind.FLEET_UNREACHABLE, Optional.empty());
      }
    }
  }
}
