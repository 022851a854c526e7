package io.sluice.balancer;

import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which zone is served at which port of a range. A zone keeps its port as long as it is there, over
 * restarts too, since its clients know it by that; the port of one that is gone is given to another
 * only when no fresh one is left.
 *
 * @param range the ports
 * @param given the port of each zone
 * @param last the port that was given last, after which the next one is looked for
 */
record ZonePorts(PortRange range, SortedMap<ZoneId, Integer> given, int last) {
  private static final Logger LOG = LoggerFactory.getLogger(ZonePorts.class);

  /** Names the port that was given last; no zone is called so. */
  private static final String LAST = "#last";

  /** Copies the map. */
  ZonePorts {
    given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
  }

  /** None is given. */
  static ZonePorts of(PortRange range) {
    return new ZonePorts(range, Collections.emptySortedMap(), range.last());
  }

  /**
   * The port for a zone: the one that it has, or the next one.
   *
   * @param usable whether a port can be listened at
   * @return empty: none is left
   */
  Optional<Integer> next(ZoneId zone, IntPredicate usable) {
    Integer own = given.get(zone);
    if (own != null) {
      return Optional.of(own);
    }
    return IntStream.range(0, range.size())
        .map(step -> range.first() + Math.floorMod(last + 1 - range.first() + step, range.size()))
        .filter(port -> !given.containsValue(port) && usable.test(port))
        .boxed()
        .findFirst();
  }

  /** The same with this port for a zone. */
  ZonePorts with(ZoneId zone, int port) {
    SortedMap<ZoneId, Integer> next = new TreeMap<>(given);
    next.put(zone, port);
    return new ZonePorts(range, next, port);
  }

  /** The same with none for a zone. */
  ZonePorts without(ZoneId zone) {
    SortedMap<ZoneId, Integer> next = new TreeMap<>(given);
    next.remove(zone);
    return new ZonePorts(range, next, last);
  }

  /** Those that were written to a file, as far as they are of the range; none if there is none. */
  static ZonePorts read(PortRange range, Path file) {
    ZonePorts ports = of(range);
    int last = 0;
    try {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] words = line.split("=", 2);
        int port = Integer.parseInt(words[1]);
        if (!range.contains(port)) {
          continue;
        }
        if (words[0].equals(LAST)) {
          last = port;
        } else {
          ports = ports.with(new ZoneId(words[0]), port);
        }
      }
      return last == 0 ? ports : new ZonePorts(range, ports.given(), last);
    } catch (IOException | RuntimeException unreadable) {
      LOG.warn("{} can't be read: zones may get other ports than before", file, unreadable);
      return of(range);
    }
  }

  /** Writes them; a reader meets the old ones or the new ones. */
  void write(Path file) {
    List<String> lines = new ArrayList<>();
    given.forEach((zone, port) -> lines.add(zone + "=" + port));
    lines.add(LAST + "=" + last);
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.write(fresh, lines);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  /** The zones that have one. */
  Set<ZoneId> zones() {
    return given.keySet();
  }
}
