package io.sluice.app.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.app.load.Load;
import io.sluice.app.report.SenderStatus;
import io.sluice.app.simulation.Situation;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.ServerMetrics;
import java.time.Instant;

/**
 * How the server is at one moment, as the page shows it.
 *
 * @param server whose sample it is
 * @param at when it was taken
 * @param health what the server thinks of its health
 * @param situation what it plays
 * @param load its load: played, or measured over the last interval
 * @param metrics how the sending of metrics goes
 */
public record Sample(
    ServerId server,
    Instant at,
    HealthStatus health,
    Situation situation,
    Load load,
    SenderStatus metrics) {
  /** The zone that the server belongs to. */
  @JsonProperty
  public ZoneId zone() {
    return server.zone();
  }

  /** This sample with another load. */
  Sample withLoad(Load other) {
    return new Sample(server, at, health, situation, other, metrics);
  }

  /** The same as a record of the metrics topic. */
  public ServerMetrics toMetrics() {
    return new ServerMetrics(server, at, health, load.byMetric());
  }
}
