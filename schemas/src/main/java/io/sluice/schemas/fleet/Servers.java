package io.sluice.schemas.fleet;

import io.sluice.schemas.id.ServerId;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The servers of a zone, with how many of each template are in each state, so that nobody has to
 * count them. It never changes, as {@link ServerMap}.
 */
public final class Servers extends ServerMap<Server> {
  /** No servers. */
  public static final Servers NONE = new Servers(ServerMap.empty(), new TreeMap<>());

  /** Per revision of the template how many servers are in each state, if any are. */
  private final SortedMap<Integer, Map<ServerState, Integer>> counts;

  private Servers(ServerMap<Server> servers, SortedMap<Integer, Map<ServerState, Integer>> counts) {
    super(servers);
    this.counts = counts;
  }

  /**
   * The servers of a map.
   *
   * @throws IllegalArgumentException if they are of more than one zone
   */
  public static Servers of(Map<ServerId, Server> servers) {
    if (servers instanceof Servers same) {
      return same;
    }
    Servers all = NONE;
    for (Server server : servers.values()) {
      all = all.plus(server);
    }
    return all;
  }

  /** With this server, instead of what was known of it. */
  public Servers plus(Server server) {
    SortedMap<Integer, Map<ServerState, Integer>> next = new TreeMap<>(counts);
    Server known = get(server.id());
    if (known != null) {
      count(next, known, -1);
    }
    count(next, server, 1);
    return new Servers(super.plus(server.id(), server), next);
  }

  @Override
  public Servers plus(ServerId id, Server server) {
    return plus(server);
  }

  @Override
  public Servers minus(ServerId id) {
    Server known = get(id);
    if (known == null) {
      return this;
    }
    SortedMap<Integer, Map<ServerState, Integer>> next = new TreeMap<>(counts);
    count(next, known, -1);
    return new Servers(super.minus(id), next);
  }

  private static void count(
      SortedMap<Integer, Map<ServerState, Integer>> counts, Server server, int more) {
    Map<ServerState, Integer> after = new EnumMap<>(ServerState.class);
    after.putAll(counts.getOrDefault(server.template(), Map.of()));
    int left = after.getOrDefault(server.state(), 0) + more;
    if (left == 0) {
      after.remove(server.state());
    } else {
      after.put(server.state(), left);
    }
    if (after.isEmpty()) {
      counts.remove(server.template());
    } else {
      counts.put(server.template(), after);
    }
  }

  /** How many are in this state. */
  public int count(ServerState state) {
    int count = 0;
    for (Map<ServerState, Integer> states : counts.values()) {
      count += states.getOrDefault(state, 0);
    }
    return count;
  }

  /** Whether any is made from an earlier template than this revision. */
  boolean anyBefore(int revision) {
    return !counts.isEmpty() && counts.firstKey() < revision;
  }

  /** Whether any that is made from this revision or a later one is ready. */
  boolean anyReadyFrom(int revision) {
    return counts.tailMap(revision).values().stream()
        .anyMatch(states -> states.containsKey(ServerState.READY));
  }
}
