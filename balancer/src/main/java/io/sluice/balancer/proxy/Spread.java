package io.sluice.balancer.proxy;

import io.sluice.balancer.pick.Pick;
import io.sluice.balancer.spill.Destination;
import io.sluice.balancer.spill.Reason;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The zones among which one loop of a gateway spreads its requests. */
final class Spread {
  private final Spill spill;
  private final Choice choice;
  private final Supplier<Pick> picks;
  private final ZoneView view;
  private final Map<ZoneId, Pick> picksByZone = new HashMap<>();
  private List<ZoneSlots> zones = List.of();

  /**
   * A spread over no zones yet.
   *
   * @param picks makes the pick of a zone
   */
  Spread(Spill spill, Choice choice, Supplier<Pick> picks) {
    this.spill = spill;
    this.choice = choice;
    this.picks = picks;
    this.view = new ZoneView(choice);
  }

  /** From now on these are the servers. */
  void refresh(ServerSlot[] alive, ServerSlot[] lastResort) {
    Map<ZoneId, List<ServerSlot>> aliveByZone = byZone(alive);
    Map<ZoneId, List<ServerSlot>> lastResortByZone = byZone(lastResort);
    lastResortByZone.keySet().forEach(zone -> aliveByZone.putIfAbsent(zone, List.of()));
    List<ZoneSlots> next = new ArrayList<>();
    aliveByZone.forEach((zone, slots) ->
        next.add(
            new ZoneSlots(
                zone,
                slots,
                lastResortByZone.getOrDefault(zone, List.of()),
                picksByZone.computeIfAbsent(zone, _ -> picks.get()),
                spill.tallies().of(zone))));
    picksByZone.keySet().retainAll(aliveByZone.keySet());
    zones = List.copyOf(next);
  }

  private static Map<ZoneId, List<ServerSlot>> byZone(ServerSlot[] slots) {
    Map<ZoneId, List<ServerSlot>> byZone = new TreeMap<>();
    Arrays.stream(slots)
        .forEach(slot ->
            byZone
                .computeIfAbsent(slot.target().server().zone(), _ -> new ArrayList<>())
                .add(slot));
    return byZone;
  }

  /** The server that gets the request: an alive one, or else one that is being retried. */
  @Nullable ServerSlot choose(List<ServerSlot> tried, long key) {
    Destination destination = spill.rule().choose(view.of(zones, tried));
    return switch (destination) {
      case Destination.Zone(int index, var spilled) -> {
        ZoneSlots zone = zones.get(index);
        ServerSlot chosen = choice.choose(zone.alive(), tried, key, zone.pick());
        spilled.ifPresent(zone.tally()::spilled);
        yield counted(zone, chosen, tried);
      }
      case Destination.Nowhere() -> lastResort(tried, key);
    };
  }

  /** Servers that may be gone: those of the home zone first, then those of the others. */
  private @Nullable ServerSlot lastResort(List<ServerSlot> tried, long key) {
    for (ZoneSlots zone : homeFirst()) {
      ServerSlot chosen = choice.choose(zone.lastResort(), tried, key, zone.pick());
      if (chosen != null) {
        if (!home(zone)) {
          zone.tally().spilled(spill.rule().why(view.of(zones, tried)));
        }
        return counted(zone, chosen, tried);
      }
    }
    return null;
  }

  private List<ZoneSlots> homeFirst() {
    List<ZoneSlots> ordered = new ArrayList<>(zones);
    ordered.sort((one, other) -> Boolean.compare(home(other), home(one)));
    return ordered;
  }

  private boolean home(ZoneSlots zone) {
    return zone.zone().equals(spill.rule().home());
  }

  private static @Nullable ServerSlot counted(
      ZoneSlots zone, @Nullable ServerSlot chosen, List<ServerSlot> tried) {
    if (chosen != null && tried.isEmpty()) {
      zone.tally().request();
    }
    return chosen;
  }

  /** A user is bound to this server. */
  void bound(ServerSlot slot) {
    ZoneId zone = slot.target().server().zone();
    ZoneTally tally = spill.tallies().of(zone);
    tally.request();
    if (!zone.equals(spill.rule().home())) {
      tally.spilled(Reason.BOUND);
    }
  }
}
