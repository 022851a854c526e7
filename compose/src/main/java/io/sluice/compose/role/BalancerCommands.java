package io.sluice.compose.role;

import io.sluice.provisioner.ZoneConfig;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts lost balancers by the commands that the monitor's file names for them. The command is
 * expected to end what is left of the old one, as {@code docker restart} and {@code systemctl
 * restart} do, or to be the balancer itself, which refuses to start while its port is taken.
 */
public final class BalancerCommands implements BalancerStarter {
  private static final String OWN_VARIABLES = "SLUICE_";

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
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      // The monitor's own settings, its token among them, are not for its balancers.
      builder.environment().keySet().removeIf(name -> name.startsWith(OWN_VARIABLES));
      builder.start().getOutputStream().close();
      return true;
    } catch (IOException failed) {
      throw new FleetException(
          "'%s' can't be run: %s".formatted(String.join(" ", command), failed.getMessage()),
          failed);
    }
  }
}
