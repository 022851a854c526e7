package io.sluice.compose.cli;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.BalancerSettings;
import io.sluice.balancer.ZoneBalancers;
import io.sluice.balancer.ZoneBalancersConfig;
import io.sluice.balancer.ZoneBalancersSettings;
import io.sluice.compose.cluster.ClusterException;
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

/** Runs the balancer of one zone, or of all that come and go. */
@Command(
    name = "balancer",
    description =
        "Runs the balancer of one zone, or, with the key 'zones', of all zones as they come and go,"
            + " until a signal ends it.",
    mixinStandardHelpOptions = true)
final class BalancerCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private RoleOptions options = new RoleOptions();

  @Option(
      names = "--take-over",
      description = "Takes the place of the one that runs, without a failed request.")
  private boolean takeOver;

  @Override
  public Integer call() throws Exception {
    if (ZoneBalancersSettings.areIn(options.open(Map.of()))) {
      return zones();
    }
    BalancerConfig config = read(options);
    config.kafka().ifPresent(KafkaClients::requireUsable);
    Logs.toConsole();
    Balancer balancer = takeOver ? Balancer.takeOver(config) : Balancer.start(config);
    Signals.on("USR1", balancer::reopenLog);
    balancer.reloadsFrom(() -> read(options));
    Signals.onHangUp(balancer::reload);
    return Running.untilSignal(
        balancer,
        "balancer of %s at %s:%d"
            .formatted(
                config.zone(),
                balancer.traffic().getAddress().getHostAddress(),
                balancer.traffic().getPort()),
        Console.of(spec),
        balancer.handedOver());
  }

  private int zones() throws Exception {
    if (takeOver) {
      throw new ClusterException(
          "--take-over: expected a balancer of one zone, whose file has the key 'zone'");
    }
    Section root = options.open(Map.of());
    Optional<ZoneBalancersConfig> read = ZoneBalancersSettings.read(root);
    root.orThrow(options.source());
    ZoneBalancersConfig config = read.orElseThrow();
    KafkaClients.requireUsable(config.kafka());
    Logs.toConsole();
    ZoneBalancers balancers = ZoneBalancers.start(config);
    Signals.on("USR1", balancers::reopenLogs);
    return Running.untilSignal(
        balancers,
        "balancer of zones as they come, at the ports %s".formatted(config.ports()),
        Console.of(spec));
  }

  private static BalancerConfig read(RoleOptions options) {
    Section root = options.open(Map.of());
    Optional<BalancerConfig> config = BalancerSettings.read(root);
    root.orThrow(options.source());
    return config.orElseThrow();
  }
}
