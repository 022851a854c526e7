package io.sluice.balancer.handover;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a process was told at its port for orders, and what its successor would not know from its
 * configuration. Said line by line: {@code maintenance on}, {@code maintenance off}, {@code add
 * URL}, {@code remove URL}.
 *
 * @param maintenance whether nobody is served for now; empty: as the configuration says
 * @param added servers beside those of the configuration
 * @param removed servers of the configuration that get no requests
 */
public record StandingOrders(Optional<Boolean> maintenance, List<URI> added, List<URI> removed) {
  /** Nothing was ordered. */
  public static final StandingOrders NONE =
      new StandingOrders(Optional.empty(), List.of(), List.of());

  private static final String MAINTENANCE = "maintenance ";
  private static final String ON = MAINTENANCE + "on";
  private static final String OFF = MAINTENANCE + "off";
  private static final String ADD = "add ";
  private static final String REMOVE = "remove ";

  /** Copies the lists. */
  public StandingOrders {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /** The same, and this of maintenance. */
  public StandingOrders withMaintenance(boolean on) {
    return new StandingOrders(Optional.of(on), added, removed);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    maintenance.ifPresent(on -> lines.add(on ? ON : OFF));
    added.forEach(server -> lines.add(ADD + server));
    removed.forEach(server -> lines.add(REMOVE + server));
    return lines;
  }

  /**
   * What the lines say.
   *
   * @throws HandOverException if one says something else
   */
  static StandingOrders of(List<String> lines) {
    Optional<Boolean> maintenance = Optional.empty();
    List<URI> added = new ArrayList<>();
    List<URI> removed = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith(ADD)) {
        added.add(URI.create(line.substring(ADD.length())));
      } else if (line.startsWith(REMOVE)) {
        removed.add(URI.create(line.substring(REMOVE.length())));
      } else if (line.equals(ON) || line.equals(OFF)) {
        maintenance = Optional.of(line.equals(ON));
      } else {
        throw new HandOverException("heard '%s': expected 'free' or an order".formatted(line));
      }
    }
    return new StandingOrders(maintenance, added, removed);
  }
}
