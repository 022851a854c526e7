package io.sluice.balancer.spill;

import io.sluice.schemas.id.ZoneId;
import java.util.List;

/**
 * Zones as a test wants them.
 *
 * @param loads what they are like
 * @param again whether the request was sent before
 */
record Scene(List<Load> loads, boolean again) implements Zones {
  /** A zone: its alive servers, those of them that are open, and requests under way. */
  record Load(String zone, int alive, int open, int inFlight) {}

  static Scene of(Load... loads) {
    return new Scene(List.of(loads), false);
  }

  @Override
  public int size() {
    return loads.size();
  }

  @Override
  public ZoneId zone(int index) {
    return new ZoneId(loads.get(index).zone());
  }

  @Override
  public int alive(int index) {
    return loads.get(index).alive();
  }

  @Override
  public int open(int index) {
    return loads.get(index).open();
  }

  @Override
  public int inFlight(int index) {
    return loads.get(index).inFlight();
  }
}
