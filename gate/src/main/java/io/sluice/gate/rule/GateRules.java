package io.sluice.gate.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.id.ClusterName;
import io.sluice.schemas.id.ServerLabels;
import io.sluice.schemas.secret.SecretUse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which calls an engine is to hear.
 *
 * @param cluster the cluster whose containers may be touched
 * @param create what its containers may be
 */
public record GateRules(ClusterName cluster, CreateRules create) {
  /** As many lines of a log as say why a server ended. */
  private static final int LOG_LINES_MAX = 1_000;

  private static final Pattern CONTAINER =
      Pattern.compile("/containers/([A-Za-z0-9][A-Za-z0-9_.-]{0,254})((?:/[a-z]+)?)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  /** An image of some gigabytes from a slow registry. */
  private static final Duration PULL_TIMEOUT = Duration.ofMinutes(15);

  /** How long a server may take to end by itself is up to 10 min. */
  private static final int GRACE_SECONDS_MAX = 3600;

  /**
   * Judges a call by its first line.
   *
   * @param target path and parameters, as they were sent
   */
  public Verdict judge(String method, String target) {
    Problems problems = new Problems();
    Target read = Target.of(target, problems);
    if (!problems.isEmpty()) {
      return problems.refusal();
    }
    Parameters parameters = new Parameters(read.parameters(), problems);
    Verdict verdict =
        switch (method + " " + read.path()) {
          case "GET /_ping", "HEAD /_ping" -> pass(EngineRequest.of(method, read.path()));
          case "GET /containers/json" -> pass(list(parameters, problems));
          case "GET /events" -> pass(events(parameters, problems));
          case "POST /images/create" -> pass(pull(parameters, problems));
          case "POST /containers/create" -> name(parameters, problems);
          // Everything else is about one container, or is not for us.
          default -> container(method, read.path(), parameters, problems);
        };
    parameters.refuseOthers();
    return problems.isEmpty() ? verdict : problems.refusal();
  }

  /**
   * Judges the body of a call that creates a container.
   *
   * @param name the name that {@link Verdict.JudgeBody} told
   */
  public Verdict.Ruling create(String name, byte[] body) {
    Problems problems = new Problems();
    Optional<ContainerSpec> spec =
        StrictJson.parse("the body", body, problems)
            .flatMap(json -> new ContainerDecoder(new Fields("", json, problems), create).decode());
    spec.ifPresent(container -> new LabelRules(cluster, problems).judge(name, container));
    if (spec.isEmpty() || !problems.isEmpty()) {
      return problems.refusal();
    }
    SortedMap<String, String> parameters = new TreeMap<>();
    parameters.put("name", name);
    return pass(
        EngineRequest.of("POST", "/containers/create", parameters).withBody(spec.get().toJson()));
  }

  /**
   * Judges the body of a call that puts files of secrets into a container.
   *
   * @param container the container that {@link Verdict.JudgeFiles} told
   */
  public Verdict.Ruling files(String container, byte[] body) {
    Problems problems = new Problems();
    List<SecretFile> files = FilesTar.read(body, problems);
    return problems.isEmpty()
        ? new Verdict.PassFiles(new FilesCall(container, files))
        : problems.refusal();
  }

  /** Why a container may not be given files, by what the engine says about it; empty: it may. */
  public Optional<String> objection(FilesCall call, JsonNode inspected) {
    return ours(inspected)
        ? call.objection(inspected)
        : Optional.of("container %s is not ours".formatted(call.container()));
  }

  /** Whether a container is one of ours, by what the engine says about it. */
  public boolean ours(JsonNode inspected) {
    return stranger(inspected).isEmpty();
  }

  /**
   * Whose a container is that is not ours, by what the engine says about it, for people; empty: it
   * is ours. What it is called does not tell: servers of two clusters can have one name.
   */
  public Optional<String> stranger(JsonNode inspected) {
    JsonNode labels = inspected.path("Config").path("Labels");
    String owner = labels.path(ServerLabels.CLUSTER).asText("");
    if (owner.equals(cluster.value())) {
      return Optional.empty();
    }
    return Optional.of(
        owner.isEmpty()
            ? "it is none of cluster '%s'".formatted(cluster)
            : "it is of cluster '%.30s', and not of '%s'".formatted(owner, cluster));
  }

  private static Verdict.Pass pass(EngineRequest request) {
    return new Verdict.Pass(request);
  }

  private Verdict name(Parameters parameters, Problems problems) {
    String name = parameters.text("name").orElse("");
    String prefix = cluster + "-";
    if (!NAME.matcher(name).matches() || !name.startsWith(prefix) || name.equals(prefix)) {
      problems.add("name", "'%s'".formatted(name), prefix + "... of letters, digits, '_.-'");
    }
    return new Verdict.JudgeBody(name);
  }

  private EngineRequest list(Parameters parameters, Problems problems) {
    SortedMap<String, String> asked = new TreeMap<>();
    parameters.bool("all").ifPresent(all -> asked.put("all", all.toString()));
    asked.put("filters", filters(parameters, problems, Map.of()));
    return EngineRequest.of("GET", "/containers/json", asked);
  }

  private EngineRequest events(Parameters parameters, Problems problems) {
    SortedMap<String, String> asked = new TreeMap<>();
    asked.put(
        "filters", filters(parameters, problems, Map.of("type", "container", "event", "die")));
    return EngineRequest.of("GET", "/events", asked);
  }

  /**
   * The filters of a call that tells of many: only what is ours.
   *
   * @param also further filters that may stand beside it, each with the one value that it may have
   */
  private String filters(Parameters parameters, Problems problems, Map<String, String> also) {
    ObjectNode filters = JsonNodeFactory.instance.objectNode();
    String ours = ServerLabels.CLUSTER + "=" + cluster;
    filters.putArray("label").add(ours);
    byte[] sent = parameters.text("filters").orElse("{}").getBytes(StandardCharsets.UTF_8);
    StrictJson.parse("filters", sent, problems)
        .map(json -> new Fields("filters", json, problems))
        .ifPresent(fields -> {
          if (!fields.texts("label").equals(Optional.of(List.of(ours)))) {
            fields.refuse("label", "[\"%s\"]".formatted(ours));
          }
          also.forEach((key, value) ->
              fields
                  .texts(key)
                  .ifPresent(values -> {
                    filters.putArray(key).add(value);
                    if (!values.equals(List.of(value))) {
                      fields.refuse(key, "[\"%s\"]".formatted(value));
                    }
                  }));
          fields.refuseOthers();
        });
    return filters.toString();
  }

  private EngineRequest pull(Parameters parameters, Problems problems) {
    String name = parameters.text("fromImage").orElse("");
    String tag = parameters.text("tag").orElse("");
    String separator = tag.startsWith("sha256:") ? "@" : ":";
    String text = tag.isEmpty() ? name : name + separator + tag;
    Optional<ImageName> image = create.image(text);
    SortedMap<String, String> asked = new TreeMap<>();
    if (image.isEmpty() || !image.get().toString().equals(text)) {
      // Without a version an engine would fetch every one that there is.
      problems.add(
          "image", "'%s'".formatted(text), "one of %s, with its tag".formatted(create.images()));
    } else {
      asked.put("fromImage", image.get().name());
      asked.put("tag", image.get().version().substring(1));
    }
    return EngineRequest.of("POST", "/images/create", asked).withAnswerTimeout(PULL_TIMEOUT);
  }

  /** A call about one container. */
  private static Verdict container(
      String method, String path, Parameters parameters, Problems problems) {
    Matcher about = CONTAINER.matcher(path);
    String action = about.matches() ? about.group(2) : "";
    SortedMap<String, String> asked = new TreeMap<>();
    Duration timeout = EngineRequest.ANSWER_TIMEOUT;
    switch (about.matches() ? method + " " + action : "none") {
      case "GET /json", "POST /start", "POST /unpause" -> {}
      case "GET /stats" ->
          parameters.bool("stream").ifPresent(stream -> asked.put("stream", stream.toString()));
      case "GET /logs" -> {
        // The end of what it printed, or of what it printed since, and never all that it will.
        parameters.bool("timestamps").ifPresent(timed -> asked.put("timestamps", timed.toString()));
        parameters
            .whole("since", Integer.MAX_VALUE)
            .ifPresent(since -> asked.put("since", since.toString()));
        parameters.bool("stdout").ifPresent(out -> asked.put("stdout", out.toString()));
        parameters.bool("stderr").ifPresent(error -> asked.put("stderr", error.toString()));
        asked.put("tail", parameters.whole("tail", LOG_LINES_MAX).orElse(LOG_LINES_MAX).toString());
      }
      case "POST /stop" -> {
        Optional<Integer> grace = parameters.whole("t", GRACE_SECONDS_MAX);
        grace.ifPresent(seconds -> asked.put("t", seconds.toString()));
        timeout = timeout.plusSeconds(grace.orElse(0));
      }
      case "DELETE " -> {
        parameters.bool("force").ifPresent(force -> asked.put("force", force.toString()));
        parameters.bool("v").ifPresent(volumes -> asked.put("v", volumes.toString()));
      }
      case "PUT /archive" -> {
        return archive(about.group(1), parameters, problems);
      }
      default -> {
        problems.add("call", method + " " + path, "one that the fleet makes");
        return problems.refusal();
      }
    }
    return new Verdict.PassIfOurs(
        new ContainerCall(method, about.group(1), action, asked, timeout));
  }

  /** Files are put into a container; where, and how, is fixed. */
  private static Verdict archive(String container, Parameters parameters, Problems problems) {
    String path = parameters.text("path").orElse("");
    if (!path.equals(SecretUse.DIRECTORY)) {
      problems.add("path", "'%s'".formatted(path), SecretUse.DIRECTORY);
    }
    for (String option : List.of("noOverwriteDirNonDir", "copyUIDGID")) {
      if (parameters.bool(option).orElse(false)) {
        problems.add(option, "true", "false or none");
      }
    }
    return new Verdict.JudgeFiles(container);
  }
}
