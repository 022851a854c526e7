package io.sluice.compose.cli;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.role.BrokerFile;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs one Kafka broker. */
@Command(
    name = "broker",
    description =
        "Runs one Kafka broker with its controller, or one of both, until a signal ends it.",
    mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private RoleOptions options = new RoleOptions();

  @Override
  public Integer call() throws Exception {
    BrokerFile file = BrokerFile.read(options.source(), options.open(Map.of()));
    Logs.toConsole();
    EmbeddedBroker broker = file.start();
    return Running.untilSignal(broker, "broker at " + broker.bootstrap(), Console.of(spec));
  }
}
