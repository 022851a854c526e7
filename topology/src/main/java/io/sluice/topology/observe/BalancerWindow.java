package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.BalancerMetrics.Reporter;
import io.sluice.schemas.metric.BalancerMetrics.Traffic;
import io.sluice.schemas.metric.RequestTimes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The last seconds of a zone's traffic, as its balancers report it. Soft, as {@link ZoneWindow}.
 *
 * <pre>
 *   rates, requests under way, waiting   the sum over the balancers of each one's mean
 *   latencies                            percentiles of all their requests together
 *   share of errors                      all that failed ÷ all that finished
 *   idle                                 the least of theirs
 * </pre>
 *
 * <p>A balancer that falls silent without a last word may go on serving: until it reports again,
 * there are no figures at all, since those of the others are not the zone's. After {@link
 * #FORGOTTEN_SECONDS} it counts as gone; at once, if another instance of its name began to report
 * about when it ended. One that had reported beside it all along has not taken its place.
 *
 * <p>Who has not listened for that long yet, as after a move, may not have heard of all of them,
 * and says of no zone that it is idle for longer than it has listened.
 */
final class BalancerWindow {
  /** Whoever has told nothing for so long, of reports that come every second, is silent. */
  static final int SILENT_SECONDS = 5;

  /** Whoever has told nothing for so long is gone. */
  static final int FORGOTTEN_SECONDS = 600;

  /** A successor may begin so long before the one whose place it takes has told its last. */
  static final int OVERLAP_SECONDS = 15;

  /** For so long it is not known yet who reports, and to figures of some there may be others. */
  static final long LEARNING_MILLIS = 3_000;

  private static final long NONE = Long.MIN_VALUE;
  private static final double MILLIS = 1_000;

  private final Map<Reporter, Instance> instances = new HashMap<>();
  private final Pace pace = new Pace();
  private long begunAt;
  private long newest = NONE;
  private long newestAt;

  /** What one instance reported. */
  private static final class Instance {
    private final Deque<Second> seconds = new ArrayDeque<>();
    private final long first;
    private BalancerMetrics latest;

    Instance(BalancerMetrics report, long first) {
      this.latest = report;
      this.first = first;
    }

    long last() {
      return seconds.getLast().second();
    }
  }

  /** The traffic of one report. */
  private record Second(long second, double length, Traffic traffic) {}

  /**
   * What the balancers measured together.
   *
   * @param rate requests finished a second
   * @param inFlight requests under way
   * @param waiting requests that wait
   * @param times how long requests took
   * @param errorPercent how many of the requests failed; 0 without requests
   * @param idleSeconds for how long there was no request
   * @param latest each balancer's last report
   */
  record Figures(
      double rate,
      double inFlight,
      double waiting,
      RequestTimes times,
      double errorPercent,
      double idleSeconds,
      List<BalancerMetrics> latest) {
    /** Copies the reports. */
    Figures {
      latest = List.copyOf(latest);
    }

    /** Whether any balancer may give the server requests. */
    boolean knows(ServerId server) {
      return latest.stream().anyMatch(report -> listed(report, server));
    }

    /** Of very many servers not all are listed: those that are not are taken to be known. */
    private static boolean listed(BalancerMetrics report, ServerId server) {
      return report.servers().containsKey(server) || report.known() > report.servers().size();
    }

    /** Requests under way to the server, as last reported. */
    double inFlight(ServerId server) {
      double sum = 0;
      for (BalancerMetrics report : latest) {
        OfServer of = report.servers().get(server);
        sum += of == null ? 0 : of.inFlight();
      }
      return sum;
    }
  }

  BalancerWindow(long now) {
    this.begunAt = now;
  }

  /** Forgets everything, as after a move. */
  void clear(long now) {
    instances.clear();
    newest = NONE;
    begunAt = now;
  }

  /** Takes in a report that was appended in this second. */
  void add(BalancerMetrics report, long second, long now) {
    if (newest != NONE && second < newest - SILENT_SECONDS) {
      // Reports of a zone come in one order: the broker's clock was set back.
      clear(now);
    }
    if (second > newest) {
      newest = second;
      newestAt = now;
      pace.pane(second, now);
    }
    if (report.last()) {
      instances.remove(report.balancer());
      return;
    }
    Instance instance =
        instances.computeIfAbsent(report.balancer(), reporter -> new Instance(report, second));
    instance.seconds.addLast(new Second(second, report.seconds(), report.traffic()));
    instance.latest = report;
  }

  /** The second that is over now, by the reports; empty: they do not tell what time it is. */
  OptionalLong present(long now) {
    // Whole seconds without a report, beside the one that is always under way.
    return newest == NONE || !pace.steady(now)
        ? OptionalLong.empty()
        : OptionalLong.of(newest + Math.max(0, (now - newestAt) / Pane.LENGTH_MILLIS - 1));
  }

  /** What they measured in the {@code span} seconds up to now; empty: that is not known. */
  Optional<Figures> figures(int span, long now) {
    OptionalLong present = present(now);
    if (present.isEmpty()) {
      return Optional.empty();
    }
    long end = present.getAsLong();
    instances.values().removeIf(instance -> instance.last() <= end - FORGOTTEN_SECONDS);
    instances.entrySet().removeIf(entry -> isReplaced(entry.getKey(), entry.getValue(), end));
    boolean silent = instances.values().stream().anyMatch(it -> silent(it, end));
    boolean learning = now - begunAt < LEARNING_MILLIS;
    if (instances.isEmpty() || silent || learning) {
      return Optional.empty();
    }
    return Optional.of(sum(end, span, Math.max(0, now - begunAt) / MILLIS));
  }

  private static boolean silent(Instance instance, long end) {
    return instance.last() <= end - SILENT_SECONDS;
  }

  private boolean isReplaced(Reporter reporter, Instance instance, long end) {
    return silent(instance, end)
        && instances.entrySet().stream()
            .anyMatch(other ->
                !other.getKey().equals(reporter)
                    && other.getKey().name().equals(reporter.name())
                    && other.getValue().first > instance.last() - OVERLAP_SECONDS);
  }

  private Figures sum(long end, int span, double listenedSeconds) {
    double rate = 0;
    double inFlight = 0;
    double waiting = 0;
    double idle = listenedSeconds < FORGOTTEN_SECONDS ? listenedSeconds : Double.MAX_VALUE;
    long requests = 0;
    long failed = 0;
    RequestTimes times = RequestTimes.NONE;
    List<BalancerMetrics> latest = new ArrayList<>();
    for (Instance instance : instances.values()) {
      double length = 0;
      long finished = 0;
      long under = 0;
      long held = 0;
      while (instance.seconds.size() > 1 && instance.seconds.getFirst().second() <= end - span) {
        instance.seconds.removeFirst();
      }
      for (Second second : instance.seconds) {
        length += second.length();
        finished += second.traffic().requests();
        failed += second.traffic().failed();
        under += second.traffic().inFlight();
        held += second.traffic().waiting();
        times = times.plus(second.traffic().latencies());
      }
      requests += finished;
      rate += finished / length;
      inFlight += under / (double) instance.seconds.size();
      waiting += held / (double) instance.seconds.size();
      idle = Math.min(idle, instance.latest.traffic().idleSeconds());
      latest.add(instance.latest);
    }
    double errors = requests == 0 ? 0 : 100.0 * failed / requests;
    return new Figures(rate, inFlight, waiting, times, errors, idle, latest);
  }
}
