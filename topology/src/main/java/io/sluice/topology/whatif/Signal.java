package io.sluice.topology.whatif;

import io.sluice.schemas.metric.Metric;

/**
 * One metric that the model's servers report: the whole zone's quantity, spread evenly, up to what
 * a server can show.
 *
 * @param metric what is reported
 * @param total the quantity of the whole zone, over all its servers
 * @param factor what one unit of the quantity is in the metric's unit, more than 0
 * @param ceiling the most that a server can report, more than 0: of a processor 100 percent,
 *     however much more there would be to do
 */
record Signal(Metric metric, Curve total, double factor, double ceiling) {
  /** What each of so many ready servers reports of this total; there is at least one. */
  double reading(double quantity, int servers) {
    return Math.min(ceiling, factor * quantity / servers);
  }
}
