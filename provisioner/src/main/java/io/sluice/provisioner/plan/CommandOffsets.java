package io.sluice.provisioner.plan;

import io.sluice.schemas.id.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * From where the next leader has to read the commands: per partition of their topic the first that
 * is open, or else where reading has got to.
 *
 * <p>That is all the offsets say, and whose commands their leader could read: what it could not, it
 * has passed over, and a leader of later decision rules reads all of them again. Which commands
 * were carried out, the journal says ({@link SettledStarts}): a leader that has to read them from
 * their beginning, because the offsets were lost, carries out none a second time.
 */
public final class CommandOffsets {
  /** How many commands of a partition may be open, so that they fit into memory. */
  public static final int OPEN_MAX = 10_000;

  private final Map<Integer, Lane> lanes = new TreeMap<>();
  private final Map<ZoneId, Integer> openIn = new HashMap<>();
  private final Set<Integer> changed = new HashSet<>();

  /** Begins where the last leader has got to. */
  public CommandOffsets(Map<Integer, Long> begin) {
    begin.forEach((partition, offset) -> lane(partition).position = offset);
  }

  /** Takes note of a command that was read and is open from now on. */
  void open(Place place, ZoneId zone) {
    skip(place);
    lane(place.partition()).open.put(place.offset(), zone);
    openIn.merge(zone, 1, Integer::sum);
  }

  /** Takes note of a record that asks for nothing, or for nothing more. */
  void skip(Place place) {
    lane(place.partition()).position = place.offset() + 1;
    changed.add(place.partition());
  }

  /** Takes note that everything a command asks for is settled by the facts told so far. */
  void done(Place place) {
    ZoneId zone = lane(place.partition()).open.remove(place.offset());
    if (zone != null) {
      openIn.computeIfPresent(zone, (known, count) -> count > 1 ? count - 1 : null);
      changed.add(place.partition());
    }
  }

  /** Whether a command of the zone is open. */
  boolean anyOpenIn(ZoneId zone) {
    return openIn.containsKey(zone);
  }

  /** The offsets of the partitions where something changed since the last call. */
  Map<Integer, Long> takeChanged() {
    Map<Integer, Long> taken = new HashMap<>();
    changed.forEach(partition -> taken.put(partition, lane(partition).next()));
    changed.clear();
    return taken;
  }

  /** The offset of every partition. */
  public Map<Integer, Long> all() {
    Map<Integer, Long> all = new HashMap<>();
    lanes.forEach((partition, lane) -> all.put(partition, lane.next()));
    return all;
  }

  /** Partitions of which no more commands may be read for now. */
  public Set<Integer> full() {
    Set<Integer> full = new HashSet<>();
    lanes.forEach((partition, lane) -> {
      if (lane.open.size() >= OPEN_MAX) {
        full.add(partition);
      }
    });
    return full;
  }

  private Lane lane(int partition) {
    return lanes.computeIfAbsent(partition, fresh -> new Lane());
  }

  /** One partition. */
  private static final class Lane {
    private final TreeMap<Long, ZoneId> open = new TreeMap<>();
    private long position;

    long next() {
      return open.isEmpty() ? position : open.firstKey();
    }
  }
}
