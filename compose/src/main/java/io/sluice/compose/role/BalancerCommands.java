package io.sluice.compose.role;

import io.sluice.provisioner.ZoneConfig;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts lost balancers by the commands that the monitor's file names for them. The command is
 * expected to end what is left of the old one, as {@code docker restart} and {@code systemctl
 * restart} do, or to be the balancer itself, which refuses to start while its port is taken. One
 * that fails is told of with its exit code.
 */
public final class BalancerCommands implements BalancerStarter {
  private static final Logger LOG = LoggerFactory.getLogger(BalancerCommands.class);
  private static final String OWN_VARIABLES = "SLUICE_";

  /** A command that is wrong says so at once. */
  private static final Duration FAILURE_MAX = Duration.ofSeconds(2);

  private final Map<ZoneId, List<String>> commands = new TreeMap<>();

  /** The commands of these zones. */
  public BalancerCommands(List<ZoneConfig> zones) {
    zones.forEach(zone -> {
      if (!zone.balancerCommand().isEmpty()) {
        commands.put(zone.zone(), zone.balancerCommand());
      }
    });
  }

  @Override
  public boolean start(ZoneId zone) {
    List<String> command = commands.getOrDefault(zone, List.of());
    if (command.isEmpty()) {
      return false;
    }
    String line = String.join(" ", command);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      // The monitor's own settings, its token among them, are not for its balancers.
      builder.environment().keySet().removeIf(name -> name.startsWith(OWN_VARIABLES));
      Process started = builder.start();
      started.getOutputStream().close();
      requireNoFailure(zone, line, started);
      return true;
    } catch (IOException failed) {
      throw new FleetException(
          "'%s' can't be run: %s".formatted(line, failed.getMessage()), failed);
    }
  }

  /** One that still runs may be the balancer itself, or take its time: how that ends is told. */
  private static void requireNoFailure(ZoneId zone, String line, Process started) {
    try {
      if (!started.waitFor(FAILURE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        var _ =
            started
                .onExit()
                .thenAccept(ended -> {
                  if (ended.exitValue() != 0) {
                    LOG.warn(
                        "'{}', for the balancer of {}, ended with exit code {}",
                        line,
                        zone,
                        ended.exitValue());
                  }
                });
      } else if (started.exitValue() != 0) {
        throw new FleetException(
            "'%s' ended with exit code %d, expected 0; run it by hand to see what it says"
                .formatted(line, started.exitValue()));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted while '%s' runs".formatted(line), interrupted);
    }
  }
}
