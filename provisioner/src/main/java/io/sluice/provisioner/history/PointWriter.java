package io.sluice.provisioner.history;

import com.influxdb.client.write.Point;
import com.influxdb.exceptions.InfluxException;
import io.sluice.schemas.failure.FailureCause;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch of points until each was taken or refused. What the database says decides:
 *
 * <pre>
 *   2xx                       taken
 *   413                       too much at once: each half by itself
 *   400, 422 and the like     some points are refused. "partial write": the others are taken;
 *                             otherwise each half by itself, to find those that are meant, unless
 *                             a point beyond doubt is refused as well: then none is to blame
 *   401, 403, 404, 405        it does not know us, or not the bucket: no point is to blame
 *   408, 429, 5xx, no answer  it can't at the moment
 * </pre>
 *
 * <p>The point beyond doubt says how many points were refused so far, in the measurement {@value
 * #PROBE}. So a batch that the database refuses whole, since all of it is too old, is told from a
 * database that would refuse everything: a wrong path or protocol, a proxy, a token that no header
 * can carry.
 *
 * <p>A point that is refused today is refused tomorrow: it is counted and passed, so that those
 * behind it are written. The last two are for the caller to wait out; what was taken already is
 * then written once more, which changes nothing.
 */
final class PointWriter {
  private static final Logger LOG = LoggerFactory.getLogger(PointWriter.class);

  /**
   * So many requests are spent on finding the refused points of a batch; then all that is left is.
   */
  private static final int SEARCHES_MAX = 200;

  /** What the sink writes of itself. */
  static final String PROBE = "sluice_sink";

  private static final Pattern DROPPED = Pattern.compile("dropped=(\\d{1,9})");
  private static final int TOO_LARGE = 413;

  private final Consumer<List<Point>> database;
  private long refusedInAll;

  /**
   * A writer.
   *
   * @param database writes points; fails with an {@link InfluxException} if it can't
   */
  PointWriter(Consumer<List<Point>> database) {
    this.database = database;
  }

  /**
   * What came of a batch.
   *
   * @param taken how many points the database has taken
   * @param refused how many it will never take
   */
  record Written(int taken, int refused) {
    static final Written NOTHING = new Written(0, 0);

    Written and(Written more) {
      return new Written(taken + more.taken, refused + more.refused);
    }
  }

  /** Not even a point beyond doubt is taken. */
  static final class NothingTakenException extends InfluxException {
    private static final long serialVersionUID = 1;

    private final String why;

    NothingTakenException(RuntimeException reason) {
      super(reason);
      this.why = FailureCause.of(reason);
    }

    @Override
    public String getMessage() {
      return "it refuses every point: " + why;
    }
  }

  /** What a failure means for the points that were to be written. */
  enum Meaning {
    /** They are too many at once. */
    TOO_LARGE,
    /** Some of them will never be taken. */
    REFUSED,
    /** Nothing will be taken until somebody corrects the configuration, here or there. */
    MISCONFIGURED,
    /** The database can't at the moment. */
    LATER
  }

  /** What a failure means. */
  static Meaning meaning(InfluxException failure) {
    return failure instanceof NothingTakenException
        ? Meaning.MISCONFIGURED
        : meaning(failure.status());
  }

  /** What a status means; 0 stands for no answer at all. */
  static Meaning meaning(int status) {
    return switch (status) {
      case TOO_LARGE -> Meaning.TOO_LARGE;
      case 401, 403, 404, 405 -> Meaning.MISCONFIGURED;
      case 408, 429 -> Meaning.LATER;
      default -> status / 100 == 4 ? Meaning.REFUSED : Meaning.LATER;
    };
  }

  /**
   * Writes a batch.
   *
   * @throws InfluxException if the database can't take any at the moment, or does not know us; then
   *     all of it has to be written again
   */
  Written write(List<Point> points) {
    Search search = new Search();
    Written written = search.write(points);
    refusedInAll += search.refused;
    if (search.refused > 0) {
      LOG.warn(
          "{} of {} points will never be taken by the history, and are passed over: {}",
          search.refused,
          points.size(),
          search.lastReason.orElse("no reason was given"));
    }
    return written;
  }

  /** The writing of one batch. */
  private final class Search {
    private int requests;
    private int refused;
    private boolean probed;
    private Optional<String> lastReason = Optional.empty();

    Written write(List<Point> points) {
      if (points.isEmpty()) {
        return Written.NOTHING;
      }
      requests++;
      try {
        database.accept(points);
        return new Written(points.size(), 0);
      } catch (InfluxException answer) {
        return switch (meaning(answer.status())) {
          case TOO_LARGE -> divide(points, answer);
          case REFUSED -> refused(points, answer);
          case MISCONFIGURED, LATER -> throw answer;
        };
      } catch (RuntimeException unforeseen) {
        // Nothing was asked: a point that can't be written down is as good as refused.
        requireOthersTaken(unforeseen);
        return divide(points, unforeseen);
      }
    }

    /** Once for a batch, before its points are blamed. */
    private void requireOthersTaken(RuntimeException reason) {
      if (probed) {
        return;
      }
      probed = true;
      try {
        database.accept(List.of(Point.measurement(PROBE).addField("refused", refusedInAll)));
      } catch (InfluxException answer) {
        throw meaning(answer.status()) == Meaning.REFUSED
            ? new NothingTakenException(reason)
            : answer;
      } catch (RuntimeException unforeseen) {
        throw new NothingTakenException(unforeseen);
      }
    }

    private Written refused(List<Point> points, InfluxException answer) {
      String said = String.valueOf(answer.getMessage());
      if (!said.contains("partial write")) {
        requireOthersTaken(answer);
        return divide(points, answer);
      }
      Matcher dropped = DROPPED.matcher(said);
      int count = dropped.find() ? Integer.parseInt(dropped.group(1)) : 1;
      int lost = Math.clamp(count, 1, points.size());
      tell(lost, answer);
      return new Written(points.size() - lost, lost);
    }

    private Written divide(List<Point> points, RuntimeException reason) {
      if (points.size() == 1 || requests >= SEARCHES_MAX) {
        tell(points.size(), reason);
        return new Written(0, points.size());
      }
      int middle = points.size() / 2;
      return write(points.subList(0, middle)).and(write(points.subList(middle, points.size())));
    }

    private void tell(int count, RuntimeException reason) {
      refused += count;
      lastReason = Optional.ofNullable(reason.getMessage());
    }
  }
}
