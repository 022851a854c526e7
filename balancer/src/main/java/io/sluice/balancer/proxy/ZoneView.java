package io.sluice.balancer.proxy;

import io.sluice.balancer.spill.Zones;
import io.sluice.schemas.id.ZoneId;
import java.util.List;

/** The zones as a request of one loop finds them. */
final class ZoneView implements Zones {
  private final Choice choice;
  private List<ZoneSlots> zones = List.of();
  private List<ServerSlot> tried = List.of();

  ZoneView(Choice choice) {
    this.choice = choice;
  }

  ZoneView of(List<ZoneSlots> present, List<ServerSlot> triedBefore) {
    zones = present;
    tried = triedBefore;
    return this;
  }

  @Override
  public int size() {
    return zones.size();
  }

  @Override
  public ZoneId zone(int index) {
    return zones.get(index).zone();
  }

  @Override
  public int alive(int index) {
    return zones.get(index).alive().length;
  }

  @Override
  public int open(int index) {
    return choice.count(zones.get(index).alive(), tried);
  }

  @Override
  public int inFlight(int index) {
    return zones.get(index).tally().inFlight();
  }

  @Override
  public boolean again() {
    return !tried.isEmpty();
  }
}
