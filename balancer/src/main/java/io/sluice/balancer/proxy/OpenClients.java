package io.sluice.balancer.proxy;

import io.sluice.balancer.http.Hop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The clients of one loop: who is let in, who is told that there are too many, who is there. */
final class OpenClients {
  /** Clients too many that are told so, and waited for until they have read it. */
  private static final int TURNED_AWAY_MAX = 1024;

  /**
   * How often a client is looked at within the shortest time that any may take, unless that is
   * shorter than some sweeps: so late, at most, it is found out that a time is up.
   */
  private static final int LOOKS_IN_SHORTEST = 4;

  private static final int PARTS_MAX = 10;

  private final Loop loop;

  /** One of them is looked at in each sweep: to walk through all costs as much as they are many. */
  private final List<Set<Client>> parts;

  private int nextPart;
  private int nextNumber;

  /** As whose each counts where addresses have limits. */
  private final Map<Client, InetAddress> countedAs = new HashMap<>();

  /** Connections beyond the limit that are still being told so. */
  private int turnedAway;

  OpenClients(Loop loop, ProxyTimeouts timeouts) {
    this.loop = loop;
    this.parts = Stream.<Set<Client>>generate(LinkedHashSet::new).limit(parts(timeouts)).toList();
  }

  /** How many parts are small enough for these times. */
  static int parts(ProxyTimeouts timeouts) {
    Duration shortest =
        Stream.of(
                timeouts.clientHead(),
                timeouts.keepAliveIdle(),
                timeouts.bodyIdle(),
                timeouts.responseHead(),
                timeouts.linger(),
                timeouts.tunnelIdle(),
                timeouts.streamIdle(),
                timeouts.tryHead().isZero() ? Loop.SILENT_MAX : timeouts.tryHead(),
                Loop.SILENT_MAX)
            .min(Comparator.naturalOrder())
            .orElseThrow();
    long fit = shortest.toMillis() / (LOOKS_IN_SHORTEST * Loop.SWEEP_MILLIS);
    return Math.clamp(fit, 1, PARTS_MAX);
  }

  /** A number for the next client. */
  int number() {
    return nextNumber++;
  }

  private Set<Client> part(Client client) {
    return parts.get(Math.floorMod(client.number(), parts.size()));
  }

  /** Those whose turn it is to be looked at; those that are gone meanwhile need not be. */
  List<Client> nextPart() {
    nextPart = (nextPart + 1) % parts.size();
    return List.copyOf(parts.get(nextPart));
  }

  /** One came. */
  void opened(Client client) {
    loop.counters().add(Count.CONNECTIONS);
    part(client).add(client);
    int open = loop.occupancy().clients().incrementAndGet();
    if (loop.refusing()) {
      client.close();
    } else if (open > loop.config().clients().connectionsMax()) {
      turnAway(client, Answer.TOO_MANY);
    }
  }

  /** Counts the connection as its client's, who may have too many. */
  void count(Client client, Hop hop) {
    Admission admission = loop.admission();
    if (client.turnedAway() || !part(client).contains(client) || !admission.counts(hop)) {
      return;
    }
    if (admission.enter(hop.inetAddress())) {
      countedAs.put(client, hop.inetAddress());
    } else {
      turnAway(client, Answer.TOO_MANY_OF_ONE);
    }
  }

  /** From now on the connection is this client's, who speaks another version. */
  void became(Client before, Client now) {
    if (part(before).remove(before)) {
      part(now).add(now);
      InetAddress counted = countedAs.remove(before);
      if (counted != null) {
        countedAs.put(now, counted);
      }
    }
  }

  /** Tells a client that was {@link #opened} why it is not served. */
  private void turnAway(Client client, Answer answer) {
    loop.occupancy().clients().decrementAndGet();
    client.turnAway(answer);
    turnedAway++;
    if (turnedAway > TURNED_AWAY_MAX) {
      client.reset();
    }
  }

  /** One is gone. */
  void closed(Client client) {
    if (!part(client).remove(client)) {
      return;
    }
    if (client.turnedAway()) {
      turnedAway--;
    } else {
      loop.occupancy().clients().decrementAndGet();
    }
    InetAddress counted = countedAs.remove(client);
    if (counted != null) {
      loop.admission().leave(counted);
    }
  }

  boolean isEmpty() {
    return parts.stream().allMatch(Set::isEmpty);
  }

  /** Those that are there now. */
  List<Client> list() {
    return stream().toList();
  }

  /** Those that are there, none of whom may come or go meanwhile. */
  Stream<Client> stream() {
    return parts.stream().flatMap(Set::stream);
  }
}
