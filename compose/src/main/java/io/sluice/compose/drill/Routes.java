package io.sluice.compose.drill;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.Ports;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.util.List;

/** By which addresses the parts of a cluster know each other, so that a proxy can stand between. */
public interface Routes {
  /**
   * Nothing stands between.
   *
   * @param ports where the parts listen
   * @param brokers how many brokers there are, 1 or more
   */
  static Routes direct(Ports ports, int brokers) {
    return new Routes() {
      @Override
      public String kafka(MonitorId viewer) {
        return ports.bootstrap(DrillFiles.HOST, brokers);
      }

      @Override
      public URI monitor(MonitorId viewer, MonitorId other) {
        return URI.create("http://127.0.0.1:" + ports.monitor(other.value()));
      }

      @Override
      public List<EmbeddedBroker.Door> doors(int broker) {
        return List.of();
      }
    };
  }

  /** Where a monitor finds Kafka. */
  String kafka(MonitorId viewer);

  /** Where a monitor finds another one. */
  URI monitor(MonitorId viewer, MonitorId other);

  /** Further ports of a broker, by its number from 1. */
  List<EmbeddedBroker.Door> doors(int broker);
}
