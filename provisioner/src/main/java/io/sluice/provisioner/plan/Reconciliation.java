package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Listing;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The journal against the fleet.
 *
 * <table>
 * <caption>What a server is, by what both say of it</caption>
 * <tr><th>journal</th><th>runs</th><th>ended</th><th>not listed</th></tr>
 * <tr><td>starting, ready, draining</td><td>–</td><td>lost</td><td>lost</td></tr>
 * <tr><td>dead</td><td>–</td><td>–</td><td>–</td></tr>
 * <tr><td>unknown</td><td>stray</td><td>stray</td><td>–</td></tr>
 * </table>
 *
 * <p>What runs as a server is told by what the fleet called it when it was started, where a fleet
 * tells that: one that was renamed runs on, and what has its name by now is another one. The latter
 * is a stray only once the journal does not know the server any more.
 *
 * @param lost servers that the journal believes to run and the fleet does not
 * @param stray servers that the fleet keeps and the journal does not know
 */
public record Reconciliation(List<ServerId> lost, List<ServerId> stray) {
  /** Copies the lists. */
  public Reconciliation {
    lost = List.copyOf(lost);
    stray = List.copyOf(stray);
  }

  /**
   * Compares the two.
   *
   * @param view the fleet by the journal, now
   * @param before the servers that the journal knew when the listing was asked for: a server that
   *     came or went since then is no discrepancy
   * @param busy servers with a command or a stop under way, which is not to be disturbed
   * @param listing what the fleet keeps; of a zone that it does not speak for, nothing is lost
   */
  public static Reconciliation of(
      Fleet view, Set<ServerId> before, Set<ServerId> busy, Listing listing) {
    Map<ServerId, Boolean> running = new HashMap<>();
    listing.forEach(
        instance -> running.merge(instance.server(), instance.running(), Boolean::logicalOr));
    Map<ServerId, List<Listing.Bearer>> bearers =
        listing.bearers().stream().collect(Collectors.groupingBy(Listing.Bearer::server));
    List<ServerId> lost =
        before.stream()
            .filter(id -> !busy.contains(id) && listing.speaksFor(id.zone()))
            .filter(id -> !runs(view, id, running.getOrDefault(id, false), bearers))
            .filter(id -> view.server(id).filter(Reconciliation::shouldRun).isPresent())
            .sorted(Comparator.naturalOrder())
            .toList();
    List<ServerId> stray =
        running.keySet().stream()
            .filter(id -> !busy.contains(id) && !before.contains(id))
            .filter(id -> view.server(id).isEmpty())
            .sorted(Comparator.naturalOrder())
            .toList();
    return new Reconciliation(lost, stray);
  }

  private static boolean runs(
      Fleet view, ServerId id, boolean named, Map<ServerId, List<Listing.Bearer>> bearers) {
    Optional<String> handle = view.server(id).map(Server::handle);
    List<Listing.Bearer> known = bearers.getOrDefault(id, List.of());
    if (handle.isEmpty() || known.isEmpty()) {
      return named;
    }
    return known.stream()
        .anyMatch(bearer -> bearer.running() && handle.get().equals(bearer.handle()));
  }

  /** What of it concerns the zones for which this holds. */
  Reconciliation within(Predicate<ZoneId> zones) {
    return new Reconciliation(
        lost.stream().filter(id -> zones.test(id.zone())).toList(),
        stray.stream().filter(id -> zones.test(id.zone())).toList());
  }

  /** The servers that the journal knows, in whatever state. */
  static Set<ServerId> known(Fleet view) {
    return view.zones().values().stream()
        .flatMap(zone -> zone.servers().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean shouldRun(Server server) {
    return server.state() != ServerState.DEAD;
  }
}
