package io.sluice.compose.deploy;

import io.sluice.schemas.config.Words;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one service of a Compose file. What stands in it for Sluice alone is {@link SluiceKeys}.
 */
final class ServiceReader {
  /**
   * What a stock image's program needs to begin as root and go on as somebody else. Docker gives
   * eight more by itself, which hardly any needs.
   */
  static final Set<String> USUAL_CAPABILITIES =
      Set.of("CHOWN", "DAC_OVERRIDE", "FOWNER", "NET_BIND_SERVICE", "SETGID", "SETUID");

  private static final String ALL = "ALL";

  private final String name;
  private final Spot service;
  private final Declared declared;
  private final ComposeFile.Surroundings surroundings;
  private final SluiceTree template;

  ServiceReader(
      String name, Spot service, Declared declared, ComposeFile.Surroundings surroundings) {
    this.name = name;
    this.service = service;
    this.declared = declared;
    this.surroundings = surroundings;
    this.template = new SluiceTree(service);
  }

  /** What the file declares for all its services. */
  record Declared(Volumes volumes, Secrets secrets) {}

  /** The services that have to run before this one. */
  List<String> dependsOn(Set<String> all) {
    Optional<Spot> section = service.at("depends_on");
    Map<String, Spot> names = new LinkedHashMap<>();
    section.filter(Spot::isTable).ifPresent(table -> names.putAll(table.entries()));
    section
        .filter(spot -> !spot.isTable())
        .ifPresent(list ->
            list.items().forEach(item -> item.text().ifPresent(text -> names.put(text, item))));
    names.forEach((other, spot) -> {
      if (!all.contains(other)) {
        spot.note("service '" + other + "'", "one of " + String.join(", ", all));
      }
      if (spot.isTable()) {
        condition(spot);
      }
    });
    return names.keySet().stream().filter(all::contains).toList();
  }

  private static void condition(Spot dependency) {
    dependency
        .at("condition")
        .filter(
            spot -> !Set.of("service_started", "service_healthy").contains(spot.text().orElse("")))
        .ifPresent(spot ->
            spot.note(
                spot.shown(),
                "service_started or service_healthy, which are one here: a server that can serve"));
    dependency.at("restart").ifPresent(Spot::truth);
    dependency.at("required").ifPresent(Spot::truth);
    dependency.refuseOthers(
        key -> "no '%s': Sluice knows %s".formatted(key, dependency.knownKeys()));
  }

  /** What it becomes; empty if anything in it is wrong, which is noted. */
  Optional<Deployment> deployment() {
    image();
    process();
    environment();
    storage();
    capabilities();
    limits();
    labels();
    SluiceKeys ours = new SluiceKeys(name, service, template);
    ours.read(new DeploySection(service, template).read());
    health(ours);
    ours.port();
    usual();
    service.refuseOthers(
        key -> "no '%s': Sluice can't honour it; it knows %s".formatted(key, service.knownKeys()));
    Optional<ServerTemplate> read = template.read(Templates::read);
    Optional<ZoneId> zone = ours.zone();
    Optional<ZonePolicy> policy = ours.policy();
    return zone.flatMap(id -> read.map(made -> new Deployment(name, id, made, policy)));
  }

  private void image() {
    Optional<Spot> image = service.at("image");
    image.ifPresent(spot -> put(spot, "image"));
    service
        .at("build")
        .ifPresent(
            spot -> spot.note("there", "an image that is built and pushed before, under 'image'"));
    if (image.isEmpty()) {
      service.note("without an image", "'image' with the name of one");
    }
  }

  private void put(Spot spot, String path) {
    spot.text().ifPresent(text -> template.put(path, text, spot));
  }

  private void process() {
    service
        .at("command")
        .filter(spot -> !spot.blank())
        .ifPresent(spot -> template.put("container.command", Words.join(spot.words()), spot));
    service
        .at("entrypoint")
        .filter(spot -> !spot.blank())
        .ifPresent(spot -> template.put("container.entrypoint", Words.join(spot.words()), spot));
    service.at("user").ifPresent(spot -> put(spot, "container.user"));
    service.at("stop_signal").ifPresent(spot -> put(spot, "container.stopSignal"));
    service
        .at("stop_grace_period")
        .ifPresent(spot ->
            spot.value(ComposeUnits::duration)
                .ifPresent(grace -> template.put("drainTimeout", grace.toString(), spot)));
  }

  private void environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    Map<String, Spot> origins = new LinkedHashMap<>();
    service.at("env_file").ifPresent(spot -> envFiles(spot, variables, origins));
    service
        .at("environment")
        .map(Spot::pairs)
        .orElse(Map.of())
        .forEach((key, spot) ->
            spot.exactText()
                .ifPresent(value -> {
                  variables.put(key, value);
                  origins.put(key, spot);
                }));
    variables.forEach((key, value) ->
        template.putNamed("environment", key, value, origins.getOrDefault(key, service)));
  }

  private void envFiles(Spot files, Map<String, String> variables, Map<String, Spot> origins) {
    List<Spot> all = files.isItems() ? files.items() : List.of(files);
    for (Spot file : all) {
      Spot path = file.isTable() ? file.at("path").orElse(file) : file;
      boolean required = !file.isTable() || file.at("required").flatMap(Spot::truth).orElse(true);
      Optional<String> text = path.text().flatMap(surroundings.files()::text);
      if (text.isEmpty() && required) {
        path.note(path.shown(), "a file that can be read");
      }
      try {
        EnvFile.read(text.orElse(""), surroundings.variables())
            .forEach((key, value) -> {
              variables.put(key, value);
              origins.put(key, path);
            });
      } catch (IllegalArgumentException wrong) {
        path.note(path.shown() + ", " + wrong.getMessage(), "variables, one a line");
      }
    }
  }

  private void storage() {
    service
        .at("read_only")
        .ifPresent(
            spot -> spot.truth().ifPresent(on -> template.put("container.readOnly", on, spot)));
    service
        .at("volumes")
        .ifPresent(spot -> {
          List<String> written =
              spot.items().stream()
                  .flatMap(item -> declared.volumes().ofService(item).stream())
                  .toList();
          template.put("container.volumes", Words.join(written), spot);
        });
    service
        .at("secrets")
        .ifPresent(
            spot -> template.put("container.secrets", declared.secrets().ofService(spot), spot));
    service
        .at("tmpfs")
        .ifPresent(spot -> {
          List<String> places = spot.isItems() ? spot.texts() : spot.text().stream().toList();
          template.put("container.writable", Words.join(places), spot);
        });
  }

  private void capabilities() {
    Optional<Spot> dropped = service.at("cap_drop");
    Optional<Spot> added = service.at("cap_add");
    List<String> drops = dropped.map(ServiceReader::capabilities).orElse(List.of());
    Set<String> kept = new LinkedHashSet<>();
    if (!drops.contains(ALL)) {
      kept.addAll(USUAL_CAPABILITIES.stream().sorted().toList());
      drops.forEach(kept::remove);
    }
    kept.addAll(added.map(ServiceReader::capabilities).orElse(List.of()));
    template.put(
        "container.capabilities",
        Words.join(List.copyOf(kept)),
        added.or(() -> dropped).orElse(service));
    service
        .at("privileged")
        .ifPresent(spot -> {
          if (spot.truth().orElse(false)) {
            spot.note("true", "false: a server is never privileged; 'cap_add' names what it needs");
          }
        });
    service
        .at("security_opt")
        .ifPresent(spot ->
            spot.items().stream()
                .filter(item -> !item.text().orElse("").startsWith("no-new-privileges"))
                .forEach(
                    item -> item.note(item.shown(), "no-new-privileges:true, which always holds")));
  }

  private static List<String> capabilities(Spot spot) {
    return spot.texts().stream().map(name -> name.replaceFirst("^CAP_", "")).toList();
  }

  private void limits() {
    service.at("cpus").ifPresent(spot -> put(spot, "cpus"));
    service
        .at("mem_limit")
        .ifPresent(spot ->
            spot.value(ComposeUnits::bytes)
                .ifPresent(bytes -> template.put("memoryBytes", bytes, spot)));
    service.at("pids_limit").ifPresent(spot -> put(spot, "container.pids"));
    service
        .at("restart")
        .flatMap(Spot::text)
        .ifPresent(policy -> {
          if (policy.equals("no") || policy.startsWith("on-failure:")) {
            service
                .at("restart")
                .orElseThrow()
                .note(
                    "'" + policy + "'",
                    "always, unless-stopped or on-failure: what ends is replaced");
          }
        });
  }

  private void labels() {
    service
        .at("labels")
        .map(Spot::pairs)
        .orElse(Map.of())
        .forEach((key, spot) ->
            spot.text()
                .ifPresent(value -> template.putNamed("container.labels", key, value, spot)));
  }

  /** A check by command is that of a worker: whoever listens is asked there. */
  private void health(SluiceKeys ours) {
    Optional<Spot> check = service.at("healthcheck");
    check.ifPresent(spot -> {
      boolean off = spot.at("disable").flatMap(Spot::truth).orElse(false);
      spot.at("start_period")
          .ifPresent(each -> template.put("startTimeout", startTimeout(spot, each), each));
      Optional<Spot> test = spot.at("test").filter(each -> !off && !none(each));
      if (test.isPresent() && ours.serves()) {
        test.get()
            .note(
                "a command, and the service has a port",
                "disable: true, and x-sluice.health: servers with a port are asked there");
      } else {
        test.ifPresent(each -> template.put("health.command", Words.join(command(each)), each));
        spot.at("interval")
            .ifPresent(
                each -> duration(each).ifPresent(t -> template.put("health.interval", t, each)));
        spot.at("timeout")
            .ifPresent(
                each -> duration(each).ifPresent(t -> template.put("health.timeout", t, each)));
        spot.at("retries")
            .filter(each -> !each.text().equals(Optional.of("3")))
            .ifPresent(each -> each.note(each.shown(), "3, which always holds"));
      }
      spot.refuseOthers(key -> "no '%s': Sluice knows %s".formatted(key, spot.knownKeys()));
    });
  }

  /**
   * In Docker failures within the start period do not count, and so many after it do: a server has
   * at least as long here.
   */
  private static String startTimeout(Spot check, Spot period) {
    Duration interval = given(check, "interval", Health.Command.INTERVAL_DEFAULT);
    Duration timeout = given(check, "timeout", Health.Command.TIMEOUT_DEFAULT);
    Duration counted = interval.plus(timeout).multipliedBy(Health.Command.FAILURES);
    Duration all =
        period
            .value(ComposeUnits::duration)
            .map(counted::plus)
            .orElse(ServerTemplate.START_TIMEOUT_DEFAULT);
    return (all.compareTo(ServerTemplate.START_TIMEOUT_DEFAULT) < 0
            ? ServerTemplate.START_TIMEOUT_DEFAULT
            : all)
        .toString();
  }

  private static Duration given(Spot check, String key, Duration byDefault) {
    return check.at(key).flatMap(spot -> spot.value(ComposeUnits::duration)).orElse(byDefault);
  }

  private static Optional<String> duration(Spot spot) {
    return spot.value(ComposeUnits::duration).map(Object::toString);
  }

  private static boolean none(Spot test) {
    return test.isItems() && test.texts().equals(List.of("NONE"));
  }

  /** The words that are run: a text, or a list that begins with how. */
  private static List<String> command(Spot test) {
    if (!test.isItems()) {
      return List.of("/bin/sh", "-c", test.text().orElse(""));
    }
    List<String> words = test.texts();
    String how = words.isEmpty() ? "" : words.getFirst();
    if (how.equals("CMD-SHELL") && words.size() == 2) {
      return List.of("/bin/sh", "-c", words.get(1));
    }
    if (how.equals("CMD") && words.size() > 1) {
      return words.subList(1, words.size());
    }
    test.note("a list that begins with '" + how + "'", "[CMD, program, ...] or [CMD-SHELL, text]");
    return List.of();
  }

  /** What holds in Docker where a file says nothing, and would be otherwise in a template. */
  private void usual() {
    if (!template.has("container.readOnly")) {
      template.put("container.readOnly", false, service);
    }
    if (!template.has("container.metrics")) {
      template.put("container.metrics", "engine", service);
    }
  }
}
