package io.sluice.compose.cli;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.Ports;
import io.sluice.schemas.config.KafkaAccess;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster a command looks at. */
final class ClusterOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "A Kafka broker of the cluster.")
  private @Nullable String bootstrap;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "The embedded cluster that was started with this offset.")
  private int portOffset;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  /**
   * How the cluster's Kafka is reached.
   *
   * @throws io.sluice.schemas.config.ConfigException if the file with its settings can't be used
   */
  KafkaAccess kafka() {
    return kafka.at(bootstrap == null ? "127.0.0.1:" + new Ports(portOffset).kafka() : bootstrap);
  }

  /** Whether the user named one. */
  boolean named() {
    return bootstrap != null || portOffset != 0 || kafka.given();
  }

  /** Where its monitors may answer, if it is an embedded one. */
  List<URI> monitors() {
    Ports ports = new Ports(portOffset);
    return bootstrap == null
        ? IntStream.rangeClosed(1, ClusterConfig.MONITORS_MAX)
            .mapToObj(id -> URI.create("http://127.0.0.1:" + ports.monitor(id)))
            .toList()
        : List.of();
  }
}
