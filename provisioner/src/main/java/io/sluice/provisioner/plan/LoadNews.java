package io.sluice.provisioner.plan;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.util.Set;

/** What the leader hears of a zone's figures that it asks others for. */
public sealed interface LoadNews {
  /** The zone whose figure it is. */
  ZoneId zone();

  /**
   * So many are asked for, as the configuration says; comes first in a term.
   *
   * @param metrics none or more
   */
  record Sources(ZoneId zone, Set<Metric> metrics) implements LoadNews {
    /** Copies the metrics. */
    public Sources {
      metrics = Set.copyOf(metrics);
    }
  }

  /**
   * One was told.
   *
   * @param value the figure, 0 or more
   * @param validFor for how long it holds, if no other follows
   * @param source where it comes from, for people
   */
  record Told(ZoneId zone, Metric metric, double value, Duration validFor, String source)
      implements LoadNews {}

  /**
   * One could not be had.
   *
   * @param why for people
   */
  record Unknown(ZoneId zone, Metric metric, String why) implements LoadNews {}
}
