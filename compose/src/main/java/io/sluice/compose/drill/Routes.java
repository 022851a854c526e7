package io.sluice.compose.drill;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.Ports;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.util.List;

/** By which addresses the parts of a cluster know each other, so that a proxy can stand between. */
public interface Routes {
  /** Nothing stands between. */
  static Routes direct(Ports ports) {
    return new Routes() {
      @Override
      public String kafka(MonitorId viewer) {
        return "127.0.0.1:" + ports.kafka();
      }

      @Override
      public URI monitor(MonitorId viewer, MonitorId other) {
        return URI.create("http://127.0.0.1:" + ports.monitor(other.value()));
      }

      @Override
      public List<EmbeddedBroker.Door> doors() {
        return List.of();
      }
    };
  }

  /** Where a monitor finds Kafka. */
  String kafka(MonitorId viewer);

  /** Where a monitor finds another one. */
  URI monitor(MonitorId viewer, MonitorId other);

  /** Further ports of the broker. */
  List<EmbeddedBroker.Door> doors();
}
