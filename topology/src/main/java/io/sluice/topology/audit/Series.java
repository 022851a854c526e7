package io.sluice.topology.audit;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.decide.Clock;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a zone went through a time, in a bounded number of points: what its servers reported, how
 * many were ready, and how many it was to have.
 *
 * <p>It is read from the observations and the commands of that time alone, and no state is folded.
 * Where there are more observations than {@link #READ_MAX} records, each point is made of those at
 * the beginning of its step.
 *
 * @param zone whose
 * @param from its beginning, included
 * @param to its end, not included
 * @param step how long each point stands for
 * @param points in the order of time; a step without an observation has none
 */
public record Series(ZoneId zone, Instant from, Instant to, Duration step, List<Point> points) {
  /** How many records of the journal are read at most, about; a second of one core. */
  public static final long READ_MAX = 300_000;

  /** Copies the list. */
  public Series {
    points = List.copyOf(points);
  }

  /**
   * A step.
   *
   * @param at when it begins
   * @param offset journal offset of its first observation
   * @param observations how many it is made of, 1 or more
   * @param load per metric what was observed
   * @param ready fewest and most ready servers
   * @param wanted how many servers the zone was to have at its end; -1: no command says it
   */
  @JsonPropertyOrder({"at", "offset", "observations", "load", "ready", "wanted"})
  public record Point(
      Instant at,
      long offset,
      long observations,
      SortedMap<Metric, Level> load,
      Range ready,
      int wanted) {}

  /**
   * What a metric was.
   *
   * @param mean of the observations
   * @param most the highest of them
   */
  @JsonPropertyOrder({"mean", "most"})
  public record Level(double mean, double most) {}

  /**
   * What a number was.
   *
   * @param least the smallest
   * @param most the largest
   */
  @JsonPropertyOrder({"least", "most"})
  public record Range(int least, int most) {}

  /** A step as it adds up. */
  private static final class Sum {
    private final long offset;
    private long observations;
    private int least = Integer.MAX_VALUE;
    private int most;
    private final SortedMap<Metric, double[]> load = new TreeMap<>();

    private Sum(long offset) {
      this.offset = offset;
    }

    private void add(LoadObserved seen) {
      observations++;
      int ready = seen.reporting() + seen.missingCount() + seen.warmingCount();
      least = Math.min(least, ready);
      most = Math.max(most, ready);
      seen.means()
          .forEach((metric, mean) -> {
            double[] sum = load.computeIfAbsent(metric, fresh -> new double[] {0, 0, mean});
            sum[0] += mean;
            sum[1]++;
            sum[2] = Math.max(sum[2], mean);
          });
    }

    private Point point(Instant at, int wanted) {
      SortedMap<Metric, Level> levels = new TreeMap<>();
      load.forEach((metric, sum) -> levels.put(metric, new Level(sum[0] / sum[1], sum[2])));
      return new Point(
          at,
          offset,
          observations,
          Collections.unmodifiableSortedMap(levels),
          new Range(least, most),
          wanted);
    }
  }

  /**
   * Reads one.
   *
   * @param from its beginning
   * @param to its end, after the beginning
   * @param step how long each point stands for, above 0
   * @throws IllegalArgumentException if the times are not in their order, or the step is not above
   *     0
   */
  public static Series of(History history, ZoneId zone, Instant from, Instant to, Duration step) {
    if (!from.isBefore(to) || step.isNegative() || step.isZero()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "from %s to %s in steps of %s: expected an end after the beginning, and a step above 0",
              from, to, step));
    }
    int steps =
        Math.toIntExact(Math.ceilDiv(Duration.between(from, to).toMillis(), step.toMillis()));
    SortedMap<Integer, Sum> sums = new TreeMap<>();
    byte[] key = Topics.ZONE_KEY.encode(zone);
    Passage passage = Passage.of(zone).from(from).to(to);
    long most = Math.max(1, READ_MAX / steps);
    try (RecordSource journal = history.samples(passage, steps, most)) {
      for (List<RawRecord> some = journal.next(); !some.isEmpty(); some = journal.next()) {
        for (RawRecord raw : some) {
          boolean within = !raw.time().isBefore(from) && raw.time().isBefore(to);
          if (within
              && Arrays.equals(key, raw.key())
              && JournalReader.read(raw.key(), raw.value())
                  instanceof Decoded.Value<FleetEvent>(LoadObserved seen)) {
            int index = index(from, step, raw.time());
            sums.computeIfAbsent(index, fresh -> new Sum(raw.offset())).add(seen);
          }
        }
      }
    }
    return new Series(
        zone, from, to, step, points(from, step, sums, wanted(history, zone, from, to)));
  }

  private static List<Point> points(
      Instant from, Duration step, SortedMap<Integer, Sum> sums, TreeMap<Instant, Integer> wanted) {
    List<Point> points = new ArrayList<>();
    sums.forEach((index, sum) -> {
      Instant begin = from.plus(step.multipliedBy(index));
      Map.Entry<Instant, Integer> last = wanted.lowerEntry(begin.plus(step));
      points.add(sum.point(begin, last == null ? -1 : last.getValue()));
    });
    return points;
  }

  private static int index(Instant from, Duration step, Instant time) {
    return (int) (Duration.between(from, time).toMillis() / step.toMillis());
  }

  /** How many servers the zone was to have, by the times of the facts of which that came. */
  private static TreeMap<Instant, Integer> wanted(
      History history, ZoneId zone, Instant from, Instant to) {
    NewestCommands.Wanted before =
        NewestCommands.Wanted.ALL.of(zone).within(Instant.MIN, from).onlyActing();
    TreeMap<Instant, Integer> wanted = new TreeMap<>();
    for (ScaleCommand command : NewestCommands.of(history, before, 1)) {
      wanted.put(command.at(), command.to());
    }
    byte[] key = Topics.ZONE_KEY.encode(zone);
    // One alone may be of a clock that was ahead.
    int late = 0;
    try (RecordSource commands = history.commands(Passage.of(zone).since(from))) {
      for (List<RawRecord> some = commands.next(); !some.isEmpty(); some = commands.next()) {
        for (RawRecord raw : some) {
          if (Arrays.equals(key, raw.key()) && Recorded.of(raw) instanceof Given given) {
            ScaleCommand command = given.command();
            late = command.at().isBefore(to) ? 0 : late + 1;
            if (late == Clock.ROW_MAX) {
              return wanted;
            }
            if (late == 0 && !command.dryRun()) {
              wanted.put(command.at(), command.to());
            }
          }
        }
      }
    }
    return wanted;
  }
}
