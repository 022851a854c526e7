package io.sluice.compose.deploy;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service says for Sluice alone, under {@code x-sluice}: its zone, how it scales and how it
 * is looked after; and where it listens.
 */
final class SluiceKeys {
  /** Keys of a policy, as they stand in one. */
  private static final List<String> POLICY =
      List.of(
          "rules",
          "window",
          "warmUp",
          "stabilisation",
          "coolDown",
          "rate",
          "victims",
          "dryRun",
          "canary");

  /** Keys of a template, with their places in one. */
  private static final Map<String, String> TEMPLATE =
      Map.of(
          "healthPath", "healthPath",
          "startTimeout", "startTimeout",
          "drainTimeout", "drainTimeout",
          "port", "container.port",
          "protocol", "container.protocol",
          "metrics", "container.metrics");

  private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(?:/tcp)?");

  private final String name;
  private final Spot service;
  private final SluiceTree template;
  private final SluiceTree policy;
  private final Map<String, Spot> found = new LinkedHashMap<>();
  private Optional<ZoneId> zone = Optional.empty();

  SluiceKeys(String name, Spot service, SluiceTree template) {
    this.name = name;
    this.service = service;
    this.template = template;
    this.policy = new SluiceTree(service);
  }

  /**
   * Reads them.
   *
   * @param replicas how many servers the service asks for beside them
   */
  void read(Optional<Spot> replicas) {
    Optional<Spot> ours = service.at("x-sluice");
    ours.ifPresent(this::keys);
    zone =
        ours.flatMap(spot -> spot.at("zone"))
            .map(spot -> spot.value(ZoneId::new))
            .orElseGet(() -> zoneByName());
    replicas
        .filter(spot -> !policy.has("servers.min") && !policy.has("servers.max"))
        .ifPresent(spot ->
            spot.text()
                .ifPresent(text -> {
                  policy.put("servers.min", text, spot);
                  policy.put("servers.max", text, spot);
                }));
    service.at("ports").ifPresent(ports -> ports.items().forEach(item -> published(item, found)));
    service
        .at("expose")
        .ifPresent(ports ->
            ports
                .items()
                .forEach(item -> item.text().ifPresent(text -> inContainer(text, item, found))));
  }

  /** Whether its servers listen somewhere. */
  boolean serves() {
    return template.has("container.port") || !found.isEmpty();
  }

  private Optional<ZoneId> zoneByName() {
    try {
      return Optional.of(new ZoneId(name));
    } catch (IllegalArgumentException unfit) {
      service.note(
          "'" + name + "', which is no name of a zone",
          "x-sluice.zone with one: " + unfit.getMessage());
      return Optional.empty();
    }
  }

  private void keys(Spot ours) {
    Map<String, Spot> known = new LinkedHashMap<>();
    ours.at("zone");
    ours.at("min").ifPresent(spot -> number(spot, "servers.min"));
    ours.at("max").ifPresent(spot -> number(spot, "servers.max"));
    POLICY.forEach(key -> ours.at(key).ifPresent(spot -> known.put(key, spot)));
    known.forEach((key, spot) -> policy.put(key, spot.plain(), spot));
    TEMPLATE.forEach((key, path) ->
        ours.at(key)
            .ifPresent(spot -> spot.text().ifPresent(text -> template.put(path, text, spot))));
    ours.at("health").ifPresent(spot -> template.put("health", spot.plain(), spot));
    ours.refuseOthers(key -> "one of " + ours.knownKeys());
  }

  private void number(Spot spot, String path) {
    spot.text().ifPresent(text -> policy.put(path, text, spot));
  }

  /** Takes the one port at which a server is asked; a worker has none. */
  void port() {
    if (template.has("container.port")) {
      return;
    }
    if (found.size() == 1) {
      found.forEach((port, spot) -> template.put("container.port", port, spot));
    } else if (!found.isEmpty() || !template.hasBelow("health")) {
      service.note(
          found.isEmpty() ? "without a port" : "with several ports",
          "one under 'ports' or 'expose', or x-sluice.port: where its servers are asked; or, for a"
              + " worker, a healthcheck or x-sluice.health: {process: {}}");
    }
  }

  private static void published(Spot port, Map<String, Spot> found) {
    if (port.isTable()) {
      port.at("target")
          .ifPresent(spot -> spot.text().ifPresent(text -> inContainer(text, spot, found)));
      port.refuseOthers(key -> "no '%s': its zone's balancer has the port".formatted(key));
      return;
    }
    port.text()
        .ifPresent(text -> {
          if (text.contains(":")) {
            port.note(
                "'" + text + "'",
                "the container's port alone: several servers can't have one port of a host, and"
                    + " the zone's balancer tells its own");
          }
          // What follows from it is not wrong as well.
          inContainer(text.substring(text.lastIndexOf(':') + 1), port, found);
        });
  }

  private static void inContainer(String text, Spot spot, Map<String, Spot> found) {
    Matcher port = PORT.matcher(text);
    if (port.matches()) {
      found.put(port.group(1), spot);
    } else {
      spot.note("'" + text + "'", "a port such as 8080");
    }
  }

  /** The zone; empty: it is wrong, which is noted. */
  Optional<ZoneId> zone() {
    return zone;
  }

  /** The policy, if the file has anything of one and nothing in it is wrong. */
  Optional<ZonePolicy> policy() {
    return policy.isEmpty() ? Optional.empty() : policy.read(Policies::policy);
  }
}
