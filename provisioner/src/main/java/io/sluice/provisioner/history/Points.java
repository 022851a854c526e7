package io.sluice.provisioner.history;

import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.metric.ServerMetrics;
import java.util.Locale;

/**
 * How metrics and decisions look in the database; {@code telegraf.conf} writes the same metrics.
 */
final class Points {
  /** The measurement of the servers' reports; its tags are {@link #ZONE} and {@code server}. */
  static final String MEASUREMENT = "server";

  /** The measurement of scale commands, for the marks in charts. */
  static final String DECISION = "decision";

  /** The tag that names the zone. */
  static final String ZONE = "zone";

  /** The one field that is no number. */
  static final String HEALTH = "health_status";

  private Points() {}

  static Point of(ServerMetrics report) {
    Point point =
        Point.measurement(MEASUREMENT)
            .addTag(ZONE, report.zone().value())
            .addTag("server", report.server().toString())
            .addField(HEALTH, report.health().name().toLowerCase(Locale.ROOT))
            .time(report.at().toEpochMilli(), WritePrecision.MS);
    report.values().forEach((metric, value) -> point.addField(metric.wireName(), value));
    return point;
  }

  static Point of(ScaleCommand command) {
    return Point.measurement(DECISION)
        .addTag(ZONE, command.zone().value())
        .addTag("reason", command.reason().code().name().toLowerCase(Locale.ROOT))
        .addField("from", command.from())
        .addField("to", command.to())
        .addField("command", command.id().toString())
        .addField("sentence", command.reason().sentence())
        .time(command.at().toEpochMilli(), WritePrecision.MS);
  }
}
