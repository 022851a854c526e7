package io.sluice.compose.cli;

import io.sluice.balancer.Gateway;
import io.sluice.balancer.GatewayConfig;
import io.sluice.balancer.GatewaySettings;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.schemas.config.Section;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one gateway. */
@Command(
    name = "gateway",
    description = "Runs a gateway in front of all zones, until a signal ends it.",
    mixinStandardHelpOptions = true)
final class GatewayCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private RoleOptions options = new RoleOptions();

  @Option(
      names = "--take-over",
      description = "Takes the place of the one that runs, without a failed request.")
  private boolean takeOver;

  @Override
  public Integer call() throws Exception {
    GatewayConfig config = read(options);
    KafkaClients.requireUsable(config.kafka());
    Logs.toConsole();
    Gateway gateway = takeOver ? Gateway.takeOver(config) : Gateway.start(config);
    Signals.on("USR1", gateway::reopenLog);
    gateway.reloadsFrom(() -> read(options));
    Signals.onHangUp(gateway::reload);
    return Running.untilSignal(
        gateway,
        "%s with home %s at %s:%d"
            .formatted(
                config.name(),
                config.spill().home(),
                gateway.traffic().getAddress().getHostAddress(),
                gateway.traffic().getPort()),
        Console.of(spec),
        gateway.handedOver());
  }

  private static GatewayConfig read(RoleOptions options) {
    Section root = options.open(Map.of());
    Optional<GatewayConfig> config = GatewaySettings.read(root);
    root.orThrow(options.source());
    return config.orElseThrow();
  }
}
