package io.sluice.provisioner.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.Status;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a report of dead servers amounts to.
 *
 * @param accepted servers that the journal did not know to be dead
 * @param ignored everything else, with the reason
 */
record DeadServers(SortedSet<ServerId> accepted, List<Ignored> ignored) {
  /**
   * An entry that changes nothing.
   *
   * @param entry as it was given
   * @param reason why
   */
  record Ignored(String entry, String reason) {}

  /**
   * Reads {@code {"dead": ["zone1-1", "http://127.0.0.1:5001"]}}.
   *
   * @throws Refusal if it has another form
   */
  static List<String> entries(byte[] body) {
    JsonNode tree;
    try {
      tree = Json.mapper().readTree(body);
    } catch (JsonProcessingException malformed) {
      throw refusal("it is no JSON: " + malformed.getOriginalMessage());
    } catch (java.io.IOException unreadable) {
      throw refusal(String.valueOf(unreadable.getMessage()));
    }
    JsonNode dead = tree == null ? null : tree.get("dead");
    if (dead == null || !dead.isArray()) {
      throw refusal("it has no list under 'dead'");
    }
    List<String> entries = new ArrayList<>();
    for (JsonNode entry : dead) {
      if (!entry.isTextual()) {
        throw refusal("'dead' holds " + entry);
      }
      entries.add(entry.asText());
    }
    return entries;
  }

  private static Refusal refusal(String problem) {
    return new Refusal(
        Status.BAD_REQUEST_400,
        "body: %s; expected {\"dead\": [\"<server id or address>\", …]}".formatted(problem));
  }

  /** Finds the servers that the entries name. */
  static DeadServers of(Fleet fleet, List<String> entries) {
    SortedSet<ServerId> accepted = new TreeSet<>();
    List<Ignored> ignored = new ArrayList<>();
    for (String entry : entries) {
      Optional<Server> server = find(fleet, entry);
      if (server.isEmpty()) {
        ignored.add(new Ignored(entry, "no server has this id or address"));
      } else if (server.get().state() == ServerState.DEAD) {
        ignored.add(new Ignored(entry, "known to be dead"));
      } else {
        accepted.add(server.get().id());
      }
    }
    return new DeadServers(accepted, ignored);
  }

  private static Optional<Server> find(Fleet fleet, String entry) {
    String address = entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry;
    List<Server> matches =
        fleet.zones().values().stream()
            .flatMap(zone -> zone.servers().values().stream())
            .filter(server ->
                server.id().toString().equals(entry) || server.address().toString().equals(address))
            .toList();
    // A dead server may have left its address to a new one, which is then meant.
    return matches.stream()
        .filter(server -> server.state() != ServerState.DEAD)
        .findFirst()
        .or(() -> matches.stream().findFirst());
  }
}
