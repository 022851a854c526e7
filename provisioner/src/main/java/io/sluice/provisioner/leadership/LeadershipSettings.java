package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.TermSettings;
import io.sluice.provisioner.plan.TermStart;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an office needs to know.
 *
 * @param monitor who takes it
 * @param url where the monitor answers
 * @param declarations the zones whose servers this monitor can run; they are declared when the
 *     journal does not know them
 * @param takesRequested whether its fleet can run zones that no configuration has
 * @param environment environment variables that every server gets
 * @param contactTimeout how long the broker may be out of reach before the leader stops acting; it
 *     proves that it still leads three times in this time
 * @param stopGrace how long a stopped server may take to end by itself
 * @param listInterval how often fleet and journal are compared
 */
public record LeadershipSettings(
    MonitorId monitor,
    URI url,
    List<TermStart.Declaration> declarations,
    boolean takesRequested,
    Map<String, String> environment,
    Duration contactTimeout,
    Duration stopGrace,
    Duration listInterval) {
  /** Copies the collections. */
  public LeadershipSettings {
    declarations = List.copyOf(declarations);
    environment = Map.copyOf(environment);
  }

  /** What holds for a term. */
  TermSettings terms(Epoch epoch) {
    return new TermSettings(
        epoch,
        declarations.stream().map(TermStart.Declaration::zone).collect(Collectors.toSet()),
        takesRequested,
        new TreeMap<>(environment),
        stopGrace,
        listInterval);
  }
}
