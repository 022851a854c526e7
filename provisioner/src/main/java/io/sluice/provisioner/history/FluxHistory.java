package io.sluice.provisioner.history;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.exceptions.InfluxException;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A history in InfluxDB 2, asked in Flux. */
final class FluxHistory implements LoadHistory {
  private final HistoryConfig config;
  private final InfluxDBClient client;

  FluxHistory(HistoryConfig config) {
    this.config = config;
    this.client = InfluxDBClientFactory.create(options(config));
  }

  static InfluxDBClientOptions options(HistoryConfig config) {
    InfluxDBClientOptions.Builder options =
        InfluxDBClientOptions.builder()
            .url(config.url().toString())
            .org(config.organisation())
            .bucket(config.bucket());
    if (!config.token().isEmpty()) {
      options.authenticateToken(config.token().toCharArray());
    }
    return options.build();
  }

  /**
   * The question: each server's mean of each step, and their mean. A zone's name can't break out of
   * its quotes: it is letters, digits and hyphens.
   */
  static String question(String bucket, ZoneId zone, Span span) {
    return """
    from(bucket: "%s")
      |> range(start: %s, stop: %s)
      |> filter(fn: (r) => r._measurement == "%s" and r.%s == "%s" and r._field != "%s")
      |> aggregateWindow(every: %ds, fn: mean, createEmpty: false)
      |> group(columns: ["_field", "_time"])
      |> mean()
      |> group(columns: ["_field"])
      |> sort(columns: ["_time"])
    """
        .formatted(
            bucket.replace("\\", "\\\\").replace("\"", "\\\""),
            span.from(),
            span.to(),
            Points.MEASUREMENT,
            Points.ZONE,
            zone,
            Points.HEALTH,
            span.step().toSeconds());
  }

  @Override
  public SortedMap<String, List<Point>> load(ZoneId zone, Span span) {
    SortedMap<String, List<Point>> load = new TreeMap<>();
    try {
      for (FluxTable table : client.getQueryApi().query(question(config.bucket(), zone, span))) {
        for (FluxRecord record : table.getRecords()) {
          Instant at = record.getTime();
          if (at != null && record.getValue() instanceof Number mean) {
            load.computeIfAbsent(String.valueOf(record.getField()), _ -> new ArrayList<>())
                .add(new Point(at, mean.doubleValue()));
          }
        }
      }
    } catch (InfluxException failed) {
      throw new HistoryException(
          "the history (%s) can't be asked: %s".formatted(config, failed.getMessage()), failed);
    }
    return load;
  }

  @Override
  public void close() {
    client.close();
  }
}
