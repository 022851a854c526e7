package io.sluice.compose.cli;

import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.provisioner.history.MetricsSink;
import io.sluice.provisioner.history.SinkConfig;
import io.sluice.provisioner.history.SinkHealth;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Carries metrics and decisions from Kafka into the history. */
@Command(
    name = "sink",
    description =
        "Carries metrics and decisions from Kafka into InfluxDB or VictoriaMetrics, until a signal ends it.",
    mixinStandardHelpOptions = true)
final class SinkCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private RoleOptions options = new RoleOptions();

  @Override
  public Integer call() throws Exception {
    SinkConfig config = SinkConfig.read(options.source(), options.open(System.getenv()));
    KafkaClients.requireUsable(config.kafka());
    SinkConfig.Listen listen = config.listen();
    if (listen.port() > 0) {
      Ports.requireFree(listen.host(), listen.port(), "health", "set another one with port");
    }
    Logs.toConsole();
    MetricsSink sink = MetricsSink.start(config);
    try {
      SinkHealth health = SinkHealth.open(listen, sink);
      return Running.untilSignal(
          () -> {
            health.close();
            sink.close();
          },
          "sink from %s into %s, health at http://%s:%d/observe/health"
              .formatted(
                  config.kafka().bootstrap(), config.history(), listen.host(), health.port()),
          Console.of(spec));
    } catch (IOException nobodyListens) {
      sink.close();
      throw nobodyListens;
    }
  }
}
