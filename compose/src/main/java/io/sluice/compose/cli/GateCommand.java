package io.sluice.compose.cli;

import io.sluice.compose.cluster.Ports;
import io.sluice.gate.Gate;
import io.sluice.gate.GateConfig;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the gate before a Docker engine. */
@Command(
    name = "gate",
    description =
        "Lets through to a Docker engine what monitors ask of it, and nothing else, until a signal ends it.",
    mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private RoleOptions options = new RoleOptions();

  @Override
  public Integer call() throws Exception {
    GateConfig config = GateConfig.read(options.source(), options.open(Map.of()));
    Logs.toConsole();
    Ports.requireFree(config.host(), config.port(), "the gate", "set port");
    Gate gate = Gate.open(config);
    return Running.untilSignal(
        gate,
        "gate to %s at %s:%d".formatted(config.engine(), config.host(), gate.address().getPort()),
        Console.of(spec));
  }
}
