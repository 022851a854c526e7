package io.sluice.compose.cli;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.Ports;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

  /** Where the cluster's Kafka is, {@code host:port}. */
  String bootstrap() {
    return bootstrap == null ? "127.0.0.1:" + (Ports.KAFKA + portOffset) : bootstrap;
  }

  /** Whether the user named one. */
  boolean named() {
    return bootstrap != null || portOffset != 0;
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
