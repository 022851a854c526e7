package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.deploy.ComposeFile;
import io.sluice.compose.deploy.Deployment;
import io.sluice.compose.deploy.EnvFile;
import io.sluice.compose.deploy.GivenSecret;
import io.sluice.compose.deploy.RolloutProgress;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings services to zones and waits until they serve. */
@Command(
    name = "deploy",
    description = {
      "Brings the services of a Compose file to zones, each to one of its name, or an image to a zone,"
          + " and waits until they serve.",
      "A zone that is not there is declared; the servers of one that is are replaced one by one. If the"
          + " new ones do not become ready, the zone goes back to what it had before."
    },
    mixinStandardHelpOptions = true)
final class DeployCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 500;
  private static final Duration TIMEOUT_MAX = Duration.ofDays(1);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private OperatorOptions operator = new OperatorOptions();

  @Parameters(
      paramLabel = "FILE|IMAGE",
      description = "A Compose file, or with --zone the name of an image.")
  private String what = "";

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The zone that is to run the image; all else of its template stays.")
  private @Nullable String zone;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      description = "Only this service of the file; may stand there several times.")
  private List<String> services = List.of();

  @Option(
      names = "--check",
      description = "Tells everything that is wrong with the file, or what would be deployed.")
  private boolean check;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10m",
      description = "How long each zone may take; default: ${DEFAULT-VALUE}.")
  private String length = "10m";

  private Duration timeout = Duration.ZERO;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Console console = Console.of(spec);
    Optional<Duration> limit =
        Durations.parse(length)
            .filter(time -> time.isPositive() && time.compareTo(TIMEOUT_MAX) <= 0);
    if (limit.isEmpty()) {
      console.warn(
          "--timeout: is '%s', expected a duration up to 1d, such as 10m".formatted(length));
      return ExitCode.REFUSED;
    }
    timeout = limit.get();
    if (zone != null) {
      return image(console, zone);
    }
    ComposeFile file;
    List<Deployment> wanted;
    try {
      file = read(Path.of(what));
      wanted = chosen(file);
    } catch (ConfigException broken) {
      console.problems(what, broken.problems());
      return ExitCode.REFUSED;
    }
    if (!check) {
      keepSecrets(console, file.secrets(), wanted);
    }
    for (Deployment deployment : wanted) {
      if (check) {
        tell(console, deployment);
      } else if (!deploy(console, deployment)) {
        return ExitCode.FAILED;
      }
    }
    return ExitCode.OK;
  }

  private static ComposeFile read(Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    ComposeFile.Files beside = new Beside(folder);
    String text =
        beside
            .text(file.toAbsolutePath().toString())
            .orElseThrow(() ->
                new ConfigException(
                    file.toString(),
                    List.of(
                        new Problem(
                            "(file)",
                            "unreadable",
                            "a Compose file, or an image together with --zone"))));
    Map<String, String> variables = new TreeMap<>();
    try {
      variables.putAll(EnvFile.read(beside.text(".env").orElse(""), System.getenv()));
    } catch (IllegalArgumentException wrong) {
      throw new ConfigException(
          ".env", List.of(new Problem(".env", String.valueOf(wrong.getMessage()), "variables")));
    }
    // As with docker compose: who calls has the last word.
    variables.putAll(System.getenv());
    return ComposeFile.read(file.toString(), text, new ComposeFile.Surroundings(variables, beside));
  }

  private List<Deployment> chosen(ComposeFile file) {
    SortedSet<String> known = new TreeSet<>();
    file.deployments().forEach(deployment -> known.add(deployment.service()));
    List<Problem> unknown =
        services.stream()
            .filter(name -> !known.contains(name))
            .map(name ->
                new Problem("--service", "'" + name + "'", "one of " + String.join(", ", known)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new ConfigException(what, unknown);
    }
    return file.deployments().stream()
        .filter(deployment -> services.isEmpty() || services.contains(deployment.service()))
        .toList();
  }

  /** Keeps the values of secrets that are not there yet; another value is a rotation. */
  private void keepSecrets(Console console, List<GivenSecret> given, List<Deployment> wanted) {
    Set<SecretName> used =
        wanted.stream()
            .flatMap(deployment -> deployment.template().secrets().stream())
            .map(SecretUse::name)
            .collect(Collectors.toSet());
    List<GivenSecret> needed =
        given.stream().filter(secret -> used.contains(secret.name())).toList();
    if (needed.isEmpty()) {
      return;
    }
    Set<String> there = new HashSet<>();
    operator
        .authorized("/v1/secrets")
        .path("secrets")
        .forEach(secret -> there.add(secret.path("name").asText()));
    for (GivenSecret secret : needed) {
      String name = secret.name().value();
      if (there.contains(name)) {
        console
            .out()
            .printf("secret %s: is kept as it is; 'sluice secret rotate' changes it%n", name);
      } else {
        operator.send("PUT", "/v1/secrets/" + name, secret.value(), Map.of("If-None-Match", "*"));
        console.out().printf("secret %s: version 1 is kept%n", name);
      }
    }
  }

  /** Prints what would be deployed. */
  private static void tell(Console console, Deployment deployment) throws JsonProcessingException {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("zone", deployment.zone().value());
    tree.put("template", Templates.describe(deployment.template()));
    deployment.policy().ifPresent(policy -> tree.put("policy", Policies.describe(policy)));
    console.out().print(Json.yaml().writeValueAsString(tree));
    console.out().flush();
  }

  /** Sets another image in a zone's template. */
  private int image(Console console, String name) throws IOException, InterruptedException {
    ZoneId id;
    try {
      id = new ZoneId(name);
    } catch (IllegalArgumentException malformed) {
      console.warn("--zone: " + malformed.getMessage());
      return ExitCode.REFUSED;
    }
    // Before the template is read: whatever is set after that is not undone by this.
    int holds = operator.get("/v1/zones/" + name).path("templateRevision").asInt();
    JsonNode template = operator.get(MonitorClient.ofZone(name, "template"));
    Map<String, Object> changed = new TreeMap<>();
    template.properties().forEach(entry -> changed.put(entry.getKey(), entry.getValue()));
    changed.put("image", what);
    if (check) {
      console.out().print(Json.yaml().writeValueAsString(changed));
      console.out().flush();
      return ExitCode.OK;
    }
    int revision =
        put(
            console,
            id,
            Json.mapper().writeValueAsString(changed),
            Map.of("If-Match", "\"%d\"".formatted(holds)));
    return await(console, id, revision) ? ExitCode.OK : ExitCode.FAILED;
  }

  private boolean deploy(Console console, Deployment deployment)
      throws IOException, InterruptedException {
    ZoneId id = deployment.zone();
    Map<String, Object> template = Templates.describe(deployment.template());
    if (!serves(id)) {
      Map<String, Object> body = new TreeMap<>();
      body.put("zone", id.value());
      body.put("policy", Policies.describe(deployment.policy().orElse(ZonePolicy.DEFAULT)));
      body.put("template", template);
      operator.send("POST", "/v1/zones", Json.mapper().writeValueAsString(body), Map.of());
      say(console, id, "declared");
      return await(console, id, holding(id));
    }
    int revision = put(console, id, Json.mapper().writeValueAsString(template), Map.of());
    // A template that is refused changes nothing, the policy beside it included.
    if (deployment.policy().isPresent()) {
      String policy =
          Json.mapper().writeValueAsString(Policies.describe(deployment.policy().get()));
      JsonNode answer =
          operator.send("PUT", MonitorClient.ofZone(id.value(), "policy"), policy, Map.of());
      if (answer.path("changed").asBoolean()) {
        say(console, id, "policy of revision " + answer.path("revision").asInt());
      }
    }
    return await(console, id, revision);
  }

  /** Whether the zone is there, be it that it is being retired. */
  private boolean serves(ZoneId id) {
    for (JsonNode zone : operator.get("/v1/zones")) {
      if (zone.path("id").asText().equals(id.value())) {
        return true;
      }
    }
    return false;
  }

  /** Which revision of its template holds: a name that is used again counts on. */
  private int holding(ZoneId id) throws InterruptedException {
    long until = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < until) {
      for (JsonNode zone : operator.get("/v1/zones")) {
        if (zone.path("id").asText().equals(id.value())) {
          return zone.path("templateRevision").asInt();
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return 1;
  }

  /** Sets the template, and answers which revision holds then. */
  private int put(Console console, ZoneId id, String template, Map<String, String> headers) {
    JsonNode answer =
        operator.send("PUT", MonitorClient.ofZone(id.value(), "template"), template, headers);
    int revision = answer.path("revision").asInt();
    say(
        console,
        id,
        answer.path("changed").asBoolean()
            ? "template of revision " + revision
            : "revision %d of the template says the same already".formatted(revision));
    return revision;
  }

  /** Waits until the zone's servers are of the revision, and tells how far they are. */
  private boolean await(Console console, ZoneId id, int revision) throws InterruptedException {
    long until = System.nanoTime() + timeout.toNanos();
    Optional<RolloutProgress> told = Optional.empty();
    while (System.nanoTime() < until) {
      Optional<RolloutProgress> seen = look(id, revision);
      if (seen.isPresent() && !seen.equals(told)) {
        told = seen;
        switch (seen.get()) {
          case RolloutProgress.GoesOn(int ready, int starting, int earlier, boolean watched) ->
              say(
                  console,
                  id,
                  "%d of the new servers ready%s, %d starting, %d of the old ones left"
                      .formatted(
                          ready, watched ? " and watched beside them" : "", starting, earlier));
          case RolloutProgress.Done(int ready) -> {
            say(
                console,
                id,
                ready == 0
                    ? "no server runs now; the next one will be of it"
                    : "done: %d %s".formatted(ready, ready == 1 ? "server" : "servers"));
            return true;
          }
          case RolloutProgress.Replaced(int holds) -> {
            console.warn(
                "%s: revision %d was replaced by %d; 'sluice events --zone %s' tells why"
                    .formatted(id, revision, holds, id));
            return false;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    console.warn(
        "%s: not there after %s; it goes on by itself, and 'sluice events --zone %s' tells how"
            .formatted(id, Durations.format(timeout), id));
    return false;
  }

  /** What a monitor says of it; empty while none can be asked, as when another one takes over. */
  private Optional<RolloutProgress> look(ZoneId id, int revision) {
    try {
      return Optional.of(RolloutProgress.of(operator.get("/v1/zones/" + id.value()), revision));
    } catch (MonitorException away) {
      if (away.kind() == MonitorException.Kind.REFUSED) {
        throw away;
      }
      return Optional.empty();
    }
  }

  private static void say(Console console, ZoneId id, String what) {
    console.out().printf("%s: %s%n", id, what);
    console.out().flush();
  }

  /** The files beside a Compose file. */
  private record Beside(Path folder) implements ComposeFile.Files {
    @Override
    public Optional<String> text(String path) {
      Path file = folder.resolve(path);
      try {
        return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
      } catch (IOException unreadable) {
        // Told as what it is: a file that can't be read.
        return Optional.empty();
      }
    }

    @Override
    public String absolute(String path) {
      return folder.resolve(path).normalize().toString();
    }
  }
}
