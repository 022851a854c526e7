package io.sluice.provisioner.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which commands were read and which of them are recorded, per partition of their topic. Says how
 * far the offsets may move: never past a command whose facts are not recorded.
 */
public final class CommandOffsets {
  private final Map<Integer, Lane> lanes = new TreeMap<>();
  private final Set<Integer> changed = new HashSet<>();

  /** Begins with what was committed. */
  public CommandOffsets(Map<Integer, Progress> recorded) {
    recorded.forEach((partition, progress) -> lanes.put(partition, new Lane(progress)));
  }

  /** Takes note of a command that was read; false if it was recorded before, out of turn. */
  boolean read(Place place) {
    Lane lane = lane(place.partition());
    lane.position = Math.max(lane.position, place.offset() + 1);
    if (lane.ahead.contains(place.offset())) {
      changed.add(place.partition());
      return false;
    }
    lane.open.add(place.offset());
    return true;
  }

  /** Takes note that the command's facts are recorded together with the progress taken next. */
  void done(Place place) {
    Lane lane = lane(place.partition());
    lane.open.remove(place.offset());
    lane.ahead.add(place.offset());
    changed.add(place.partition());
  }

  /** The progress of the partitions where something changed since the last call. */
  Map<Integer, Progress> takeChanged() {
    Map<Integer, Progress> taken = new HashMap<>();
    changed.forEach(partition -> taken.put(partition, lane(partition).progress()));
    changed.clear();
    return taken;
  }

  /** The progress of every partition. */
  public Map<Integer, Progress> progress() {
    Map<Integer, Progress> all = new HashMap<>();
    lanes.forEach((partition, lane) -> all.put(partition, lane.progress()));
    return all;
  }

  /** Partitions of which no more commands may be read for now. */
  public Set<Integer> full() {
    Set<Integer> full = new HashSet<>();
    lanes.forEach((partition, lane) -> {
      if (lane.open.size() + lane.ahead.size() >= Progress.AHEAD_MAX) {
        full.add(partition);
      }
    });
    return full;
  }

  /** Whether a command was read and is not recorded. */
  boolean anyOpen() {
    return lanes.values().stream().anyMatch(lane -> !lane.open.isEmpty());
  }

  private Lane lane(int partition) {
    return lanes.computeIfAbsent(partition, fresh -> new Lane(Progress.at(0)));
  }

  /** One partition. */
  private static final class Lane {
    private final TreeSet<Long> open = new TreeSet<>();
    private final TreeSet<Long> ahead;
    private long position;

    Lane(Progress recorded) {
      this.position = recorded.next();
      this.ahead = new TreeSet<>(recorded.ahead());
    }

    Progress progress() {
      long next = open.isEmpty() ? position : open.first();
      ahead.headSet(next).clear();
      return new Progress(next, ahead);
    }
  }
}
