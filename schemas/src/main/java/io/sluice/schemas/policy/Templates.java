package io.sluice.schemas.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.config.Words;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.secret.SecretUses;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads templates as people write them. Problems are noted in the section; what comes back then is
 * the default, and must not be used before {@link Section#orThrow} has passed.
 */
public final class Templates {
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_MAX = Duration.ofHours(1);
  private static final double BYTES_LIMIT = 1e15;
  private static final List<String> HEALTH_KINDS = List.of("http", "tcp", "command", "process");

  private Templates() {}

  /**
   * Reads a template from YAML or JSON.
   *
   * @param source the file or call that the text came from, for the message
   * @throws ConfigException if anything in it is wrong, with everything that is; an empty text is
   *     wrong too, since it is more likely a slip than the wish for the demo application
   */
  public static ServerTemplate parse(String source, String text) {
    JsonNode tree = Documents.parse(source, text);
    if (tree.isMissingNode() || tree.isNull()) {
      throw new ConfigException(
          source,
          List.of(new Problem("(root)", "empty", "a template; {} is the one with all defaults")));
    }
    Section root = Section.root(tree);
    ServerTemplate template = read(root);
    root.orThrow(source);
    return template;
  }

  /**
   * Reads a template: {@code image}, {@code environment}, {@code memoryBytes}, {@code cpus}, {@code
   * startTimeout}, {@code drainTimeout}, {@code health} or {@code healthPath}, and {@code
   * container}.
   */
  public static ServerTemplate read(Section section) {
    String image = section.string("image", ServerTemplate.DEFAULT.image());
    SortedMap<String, String> environment =
        new TreeMap<>(environment(section.section("environment")));
    Optional<Long> memory = memory(section);
    Optional<Double> cpus =
        section.has("cpus")
            ? Optional.of(section.decimal("cpus", 1, 0.01, 1024))
            : Optional.empty();
    Duration start =
        section.duration(
            "startTimeout", ServerTemplate.START_TIMEOUT_DEFAULT, TIMEOUT_MIN, TIMEOUT_MAX);
    Duration drain =
        section.duration(
            "drainTimeout", ServerTemplate.DRAIN_TIMEOUT_DEFAULT, TIMEOUT_MIN, TIMEOUT_MAX);
    Health health = health(section, start);
    ContainerTemplate container = container(section.section("container"));
    if (image.isBlank()) {
      section.note("image", "''", "the name of a container image");
    }
    return section.problems().isEmpty()
        ? FactSize.bounded(
            section,
            new ServerTemplate(image, environment, memory, cpus, start, drain, health, container))
        : ServerTemplate.DEFAULT;
  }

  private static Health health(Section template, Duration start) {
    Optional<Health> path = template.value("healthPath", HealthPath::require).map(Health.Http::of);
    Section section = template.section("health");
    List<String> kinds = HEALTH_KINDS.stream().filter(section::has).toList();
    if (!template.has("health")) {
      return path.orElse(ServerTemplate.HEALTH_DEFAULT);
    }
    if (path.isPresent()) {
      template.note("healthPath", "beside health", "one of both: healthPath is health.http.path");
    }
    if (kinds.size() != 1) {
      template.note(
          "health",
          kinds.isEmpty() ? "empty" : String.join(" and ", kinds),
          "one of " + String.join(", ", HEALTH_KINDS));
      section.ignoreUnknownKeys();
      return ServerTemplate.HEALTH_DEFAULT;
    }
    return switch (kinds.getFirst()) {
      case "http" -> http(section.section("http"));
      case "tcp" -> {
        Section nothing = section.section("tcp");
        nothing.strings().keySet().forEach(key -> nothing.note(key, "unknown", "{}"));
        yield new Health.Tcp();
      }
      case "command" -> command(section, start);
      default -> process(section.section("process"), start);
    };
  }

  private static Health http(Section section) {
    Optional<String> path = section.value("path", HealthPath::require);
    if (path.isEmpty() && !section.has("path")) {
      section.note("path", "missing", "a path such as /healthz");
    }
    return new Health.Http(
        path.orElse("/"),
        section.value("status", Statuses::of).orElse(Statuses.SUCCESS),
        section.value("host", Health.Http::requireHost));
  }

  private static Health command(Section section, Duration start) {
    List<String> words = words(section, "command", List.of(), ContainerProcess::requireWord);
    Duration interval =
        section.duration(
            "interval",
            Health.Command.INTERVAL_DEFAULT,
            Health.Command.INTERVAL_MIN,
            Health.Command.INTERVAL_MAX);
    Duration timeout =
        section.duration(
            "timeout",
            Health.Command.TIMEOUT_DEFAULT,
            Health.Command.TIMEOUT_MIN,
            Health.Command.TIMEOUT_MAX);
    if (words.isEmpty() || words.getFirst().isBlank()) {
      section.note("command", "''", "a program and its arguments, such as pg_isready -q");
      return ServerTemplate.HEALTH_DEFAULT;
    }
    // An engine runs it for the first time when one interval has passed.
    if (interval.plus(timeout).compareTo(start) >= 0) {
      section.note(
          "interval",
          Sentence.of(
              "'%s' with a timeout of %s", Durations.format(interval), Durations.format(timeout)),
          "less in all than startTimeout, which is " + Durations.format(start));
      return ServerTemplate.HEALTH_DEFAULT;
    }
    return new Health.Command(words, interval, timeout);
  }

  private static Health process(Section section, Duration start) {
    Duration after =
        section.duration("after", byDefault(start), Duration.ZERO, Health.Running.AFTER_MAX);
    if (after.compareTo(start) >= 0) {
      section.note(
          "after",
          "'" + Durations.format(after) + "'",
          "less than startTimeout, which is " + Durations.format(start));
      return ServerTemplate.HEALTH_DEFAULT;
    }
    return new Health.Running(after);
  }

  /** A start that may take less than the default has to be over before. */
  private static Duration byDefault(Duration start) {
    Duration usual = Health.Running.AFTER_DEFAULT;
    return usual.compareTo(start) < 0 ? usual : start.dividedBy(2);
  }

  private static Map<String, String> environment(Section section) {
    Map<String, String> variables = section.strings();
    variables.forEach((name, value) -> {
      if (ServerTemplate.OWN_VARIABLES.contains(name)) {
        section.note(
            name,
            "'" + value + "'",
            "none of "
                + String.join(", ", new TreeSet<>(ServerTemplate.OWN_VARIABLES))
                + ", since the fleet sets them itself");
      }
      if (name.isBlank() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        section.note(name.replace('\0', '?'), "no name", "a name without = and NUL");
      }
      if (value.indexOf('\0') >= 0) {
        section.note(name, "a text with a NUL character", "one without");
      }
    });
    return variables;
  }

  private static Optional<Long> memory(Section section) {
    double min = ServerTemplate.MEMORY_BYTES_MIN;
    return section.has("memoryBytes")
        ? Optional.of((long) section.decimal("memoryBytes", min, min, BYTES_LIMIT))
        : Optional.empty();
  }

  private static ContainerTemplate container(Section section) {
    ContainerTemplate byDefault = ContainerTemplate.DEFAULT;
    ContainerProcess process = process(section);
    ServerPort serving = serving(section);
    Optional<Integer> pids =
        whole(section, "pids", ContainerTemplate.PIDS_MIN, ContainerTemplate.PIDS_MAX);
    Optional<Integer> gpus = whole(section, "gpus", 1, ContainerTemplate.GPUS_MAX);
    ContainerStorage storage = storage(section);
    List<String> capabilities =
        words(section, "capabilities", List.of(), ContainerTemplate::requireCapability);
    SortedMap<String, String> labels = new TreeMap<>(labels(section.section("labels")));
    Measurer metrics = section.choice("metrics", byDefault.metrics());
    return section.problems().isEmpty()
        ? new ContainerTemplate(
            process, serving, pids, gpus, storage, capabilities, labels, metrics)
        : byDefault;
  }

  private static ServerPort serving(Section section) {
    ServerPort byDefault = ContainerTemplate.DEFAULT.serving();
    int port = section.integer("port", byDefault.port(), 1, ServerPort.PORT_MAX);
    return new ServerPort(port, section.choice("protocol", byDefault.protocol()));
  }

  private static Optional<Integer> whole(Section section, String key, int min, int max) {
    return section.has(key) ? Optional.of(section.integer(key, min, min, max)) : Optional.empty();
  }

  private static ContainerProcess process(Section section) {
    return new ContainerProcess(
        words(section, "entrypoint", List.of(), ContainerProcess::requireWord),
        words(section, "command", List.of(), ContainerProcess::requireWord),
        section.value("user", ContainerProcess::requireUser),
        section.value("stopSignal", ContainerProcess::requireSignal));
  }

  private static ContainerStorage storage(Section section) {
    boolean readOnly = section.bool("readOnly", ContainerStorage.DEFAULT.readOnly());
    List<String> writable =
        words(section, "writable", ContainerStorage.DEFAULT.writable(), Volume::requirePlace);
    List<Volume> volumes =
        words(section, "volumes", List.of(), Volume::of).stream().map(Volume::of).toList();
    List<SecretUse> secrets =
        section.list("secrets").stream().flatMap(each -> SecretUses.read(each).stream()).toList();
    ContainerStorage.twice(secrets)
        .ifPresent(place -> section.note("secrets", place + " twice", "one secret there"));
    ContainerStorage.covering(writable, volumes, secrets)
        .ifPresent(place ->
            section.note(
                "secrets",
                "a file in " + SecretUse.DIRECTORY + " beside " + place,
                "nothing else at, above or below that directory, or the secret as a variable"));
    Optional<String> twice = ContainerStorage.twice(writable, volumes);
    twice.ifPresent(place ->
        section.note("volumes", place + " twice", "one thing there, in memory or a volume"));
    return section.problems().isEmpty()
        ? new ContainerStorage(readOnly, writable, volumes, secrets)
        : ContainerStorage.DEFAULT;
  }

  private static List<String> words(
      Section section, String key, List<String> byDefault, Consumer<String> check) {
    return section
        .value(
            key,
            text -> {
              List<String> words = Words.split(text);
              words.forEach(check);
              return words;
            })
        .orElse(byDefault);
  }

  private static Map<String, String> labels(Section section) {
    Map<String, String> labels = section.strings();
    labels.keySet().stream()
        .filter(name -> name.startsWith(ContainerTemplate.OWN_LABELS))
        .forEach(name ->
            section.note(
                name,
                "one of Sluice's own",
                "a name that does not begin with " + ContainerTemplate.OWN_LABELS));
    return labels;
  }

  /** The template in the form in which {@link #read} reads it. */
  public static Map<String, Object> describe(ServerTemplate template) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("image", template.image());
    tree.put("environment", template.environment());
    template.memoryBytes().ifPresent(bytes -> tree.put("memoryBytes", bytes));
    template.cpus().ifPresent(cpus -> tree.put("cpus", cpus));
    tree.put("startTimeout", Durations.format(template.startTimeout()));
    tree.put("drainTimeout", Durations.format(template.drainTimeout()));
    tree.put("health", describe(template.health()));
    tree.put("container", describe(template.container()));
    return tree;
  }

  private static Map<String, Object> describe(Health health) {
    Map<String, Object> tree = new TreeMap<>();
    switch (health) {
      case Health.Http http -> {
        Map<String, Object> question = new TreeMap<>();
        question.put("path", http.path());
        question.put("status", http.status().toString());
        http.host().ifPresent(host -> question.put("host", host));
        tree.put(health.kind(), question);
      }
      case Health.Tcp ignored -> tree.put(health.kind(), Map.of());
      case Health.Command command -> {
        tree.put(health.kind(), Words.join(command.words()));
        tree.put("interval", Durations.format(command.interval()));
        tree.put("timeout", Durations.format(command.timeout()));
      }
      case Health.Running process ->
          tree.put(health.kind(), Map.of("after", Durations.format(process.after())));
    }
    return tree;
  }

  private static Map<String, Object> describe(ContainerTemplate container) {
    Map<String, Object> tree = new TreeMap<>();
    ContainerProcess process = container.process();
    if (!process.entrypoint().isEmpty()) {
      tree.put("entrypoint", Words.join(process.entrypoint()));
    }
    tree.put("command", Words.join(process.command()));
    process.user().ifPresent(user -> tree.put("user", user));
    process.stopSignal().ifPresent(signal -> tree.put("stopSignal", signal));
    tree.put("port", container.serving().port());
    tree.put("protocol", container.serving().protocol().name().toLowerCase(Locale.ROOT));
    container.pids().ifPresent(pids -> tree.put("pids", pids));
    container.gpus().ifPresent(gpus -> tree.put("gpus", gpus));
    ContainerStorage storage = container.storage();
    tree.put("readOnly", storage.readOnly());
    tree.put("writable", Words.join(storage.writable()));
    tree.put("volumes", Words.join(storage.volumes().stream().map(Volume::toString).toList()));
    if (!storage.secrets().isEmpty()) {
      tree.put("secrets", storage.secrets().stream().map(SecretUses::describe).toList());
    }
    tree.put("capabilities", Words.join(container.capabilities()));
    tree.put("labels", container.labels());
    tree.put("metrics", container.metrics().name().toLowerCase(Locale.ROOT));
    return tree;
  }
}
