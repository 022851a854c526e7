package io.sluice.provisioner.zones;

import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that each zone that is retired is marked so, and no other, as long as a term lasts. It
 * goes by what the journal says and not by what was done before, so that whatever was missed, or
 * was done by a leader that was none any more, is put right by the next term at the latest.
 */
public final class RetirementMarks implements LeaderTask {
  private static final Logger LOG = LoggerFactory.getLogger(RetirementMarks.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration TURN_MAX = Duration.ofMinutes(2);

  private final ZoneTopics topics;
  private final Loops loops;

  /**
   * A keeper of these marks.
   *
   * @param loops the monitor's
   */
  public RetirementMarks(ZoneTopics topics, Loops loops) {
    this.topics = topics;
    this.loops = loops;
  }

  /**
   * What is to be done about marks.
   *
   * @param missing zones that are retired and not marked
   * @param wrong zones that are marked, and there
   */
  record Difference(SortedSet<ZoneId> missing, SortedSet<ZoneId> wrong) {
    static Difference of(Fleet fleet, Set<ZoneId> marked) {
      SortedSet<ZoneId> missing = new TreeSet<>();
      SortedSet<ZoneId> wrong = new TreeSet<>();
      for (Zone zone : fleet.zones().values()) {
        boolean is = marked.contains(zone.id());
        if (zone.life().retired() && !is) {
          missing.add(zone.id());
        } else if (zone.declared() && is) {
          wrong.add(zone.id());
        }
      }
      return new Difference(missing, wrong);
    }
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    Supervised loop = loops.restarting("retirement-marks", TURN_MAX, turns -> goOn(term, turns));
    return loop::close;
  }

  /** Kafka is asked when a term begins, and when zones have come or gone since. */
  private void goOn(LeaderContext term, Loops.Turns turns) throws InterruptedException {
    Optional<Map<ZoneId, ZoneLife>> done = Optional.empty();
    while (!Thread.currentThread().isInterrupted()) {
      turns.turned();
      Fleet fleet = term.state().fleet();
      Map<ZoneId, ZoneLife> lives = lives(fleet);
      if (term.turning() && !done.equals(Optional.of(lives)) && putRight(fleet)) {
        done = Optional.of(lives);
      }
      Thread.sleep(LOOK);
    }
  }

  private static Map<ZoneId, ZoneLife> lives(Fleet fleet) {
    Map<ZoneId, ZoneLife> lives = new TreeMap<>();
    fleet.zones().values().forEach(zone -> lives.put(zone.id(), zone.life()));
    return lives;
  }

  private boolean putRight(Fleet fleet) {
    try {
      Difference found = Difference.of(fleet, topics.marked());
      found.missing().forEach(topics::mark);
      found.wrong().forEach(topics::unmark);
      return true;
    } catch (RuntimeException failed) {
      LOG.warn("which zones are retired can't be marked: {}", failed.toString());
      return false;
    }
  }
}
