package io.sluice.compose.deploy;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A service's section {@code deploy}. */
final class DeploySection {
  private final Spot service;
  private final SluiceTree template;

  DeploySection(Spot service, SluiceTree template) {
    this.service = service;
    this.template = template;
  }

  /** Reads it, and answers with how many servers it asks for, where it says so. */
  Optional<Spot> read() {
    Optional<Spot> deploy = service.at("deploy");
    deploy.ifPresent(section -> {
      section.at("replicas");
      section.at("resources").ifPresent(this::resources);
      only(section, "mode", Set.of("replicated"));
      section.at("restart_policy").ifPresent(DeploySection::restarts);
      section.at("update_config").ifPresent(DeploySection::updates);
      section.refuseOthers(key ->
          "no '%s': Sluice can't honour it; it knows %s".formatted(key, section.knownKeys()));
    });
    return deploy.flatMap(section -> section.at("replicas"));
  }

  private void resources(Spot resources) {
    resources
        .at("limits")
        .ifPresent(limits -> {
          limits
              .at("cpus")
              .ifPresent(spot -> spot.text().ifPresent(text -> template.put("cpus", text, spot)));
          limits
              .at("memory")
              .ifPresent(spot ->
                  spot.value(ComposeUnits::bytes)
                      .ifPresent(bytes -> template.put("memoryBytes", bytes, spot)));
          limits
              .at("pids")
              .ifPresent(spot ->
                  spot.text().ifPresent(text -> template.put("container.pids", text, spot)));
          limits.refuseOthers(key -> unknown(key, limits));
        });
    resources
        .at("reservations")
        .ifPresent(reserved -> {
          reserved.at("devices").ifPresent(devices -> devices.items().forEach(this::device));
          reserved.refuseOthers(key ->
              "no '%s': a limit is what is reserved, where an engine reserves".formatted(key));
        });
    resources.refuseOthers(key -> unknown(key, resources));
  }

  private void device(Spot device) {
    List<String> capabilities = device.at("capabilities").map(Spot::texts).orElse(List.of());
    only(device, "driver", Set.of("nvidia"));
    Optional<Spot> count = device.at("count");
    if (!capabilities.equals(List.of("gpu"))) {
      device.note("a device", "GPUs: capabilities: [gpu] and a count");
    }
    count.ifPresentOrElse(
        spot -> spot.text().ifPresent(text -> template.put("container.gpus", text, spot)),
        () -> device.note("without a count", "a count of GPUs"));
    device.refuseOthers(key -> unknown(key, device));
  }

  private static void restarts(Spot restarts) {
    only(restarts, "condition", Set.of("any", "on-failure"));
    restarts.refuseOthers(
        key -> "no '%s': who dies again and again is replaced with growing pauses".formatted(key));
  }

  private static void updates(Spot updates) {
    only(updates, "order", Set.of("start-first"));
    only(updates, "parallelism", Set.of("1"));
    only(updates, "failure_action", Set.of("rollback"));
    updates.refuseOthers(key -> unknown(key, updates));
  }

  private static void only(Spot section, String key, Set<String> right) {
    section
        .at(key)
        .filter(spot -> !right.contains(spot.text().orElse("")))
        .ifPresent(
            spot -> spot.note(spot.shown(), String.join(" or ", right.stream().sorted().toList())));
  }

  private static String unknown(String key, Spot section) {
    return "no '%s': Sluice can't honour it; it knows %s".formatted(key, section.knownKeys());
  }
}
