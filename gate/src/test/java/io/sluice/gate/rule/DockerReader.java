package io.sluice.gate.rule;

import io.sluice.gate.rule.RawJson.Arr;
import io.sluice.gate.rule.RawJson.Literal;
import io.sluice.gate.rule.RawJson.Member;
import io.sluice.gate.rule.RawJson.Obj;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The body of a container as an engine reads it. An engine is written in Go, whose {@code
 * encoding/json} takes the keys of its structures in any case, even with look-alikes of {@code k}
 * and {@code s}; of two, the last one wins, where it is an object it fills up the one before, and
 * {@code null} takes it back. Lists of words may be a single word. Keys of its maps are exact.
 */
public final class DockerReader {
  /** What our containers say, and nothing else may be said. */
  private static final Set<String> SAID =
      Set.of(
          "image",
          "env",
          "cmd",
          "entrypoint",
          "user",
          "stopsignal",
          "labels",
          "exposedports",
          "hostconfig",
          "volumes");

  private static final Set<String> SAID_OF_HOST =
      Set.of(
          "networkmode",
          "capdrop",
          "capadd",
          "securityopt",
          "restartpolicy",
          "readonlyrootfs",
          "tmpfs",
          "mounts",
          "devicerequests",
          "portbindings",
          "memory",
          "memoryswap",
          "nanocpus",
          "pidslimit");

  private final CreateRules rules;
  private final String cluster;
  private final List<String> outside = new ArrayList<>();

  private DockerReader(CreateRules rules, String cluster) {
    this.rules = rules;
    this.cluster = cluster;
  }

  /** What an engine would make of a body that the gate's owner has not allowed; empty: nothing. */
  public static List<String> outside(String body, CreateRules rules, String cluster) {
    DockerReader reader = new DockerReader(rules, cluster);
    if (RawJson.parse(body) instanceof Obj top) {
      reader.top(struct(top));
    } else {
      reader.outside.add("no object");
    }
    return reader.outside;
  }

  /** A structure's fields by their folded names. */
  private static Map<String, RawJson> struct(Obj object) {
    Map<String, RawJson> fields = new TreeMap<>();
    for (Member member : object.members()) {
      fields.merge(folded(member.key()), member.value(), DockerReader::filledUp);
    }
    return fields;
  }

  /** A map's entries by their exact keys. */
  private static Map<String, RawJson> entries(RawJson value) {
    Map<String, RawJson> entries = new TreeMap<>();
    if (value instanceof Obj object) {
      object.members().forEach(member -> entries.put(member.key(), member.value()));
    }
    return entries;
  }

  private static RawJson filledUp(RawJson before, RawJson after) {
    if (before instanceof Obj one && after instanceof Obj other) {
      List<Member> members = new ArrayList<>(one.members());
      members.addAll(other.members());
      return new Obj(members);
    }
    return after;
  }

  private static String folded(String key) {
    return key.replace('\u212a', 'k').replace('\u017f', 's').toLowerCase(Locale.ROOT);
  }

  private void top(Map<String, RawJson> fields) {
    others("", fields, SAID);
    String image = text(fields.get("image"));
    if (rules.image(image).isEmpty()) {
      outside.add("image " + image);
    }
    if (!cluster.equals(text(entries(get(fields, "labels")).get("sluice.cluster")))) {
      outside.add("another cluster's");
    }
    entries(get(fields, "volumes"))
        .forEach((path, options) -> {
          if (!path.equals("/run/secrets") || !options.toString().equals("{}")) {
            outside.add("volume " + path);
          }
        });
    for (String command : List.of("cmd", "entrypoint")) {
      if (fields.get(command) instanceof Arr(List<RawJson> words) && words.isEmpty()) {
        outside.add("an empty " + command);
      }
    }
    String user = text(fields.get("user"));
    if (!user.isEmpty() && !rules.users().contains(user)) {
      outside.add("user " + user);
    }
    if (get(fields, "hostconfig") instanceof Obj host) {
      host(struct(host));
    } else {
      outside.add("no HostConfig: all that an engine gives by itself");
    }
  }

  private void host(Map<String, RawJson> host) {
    others("HostConfig.", host, SAID_OF_HOST);
    if (!words(get(host, "capdrop")).contains("ALL")) {
      outside.add("capabilities are kept");
    }
    words(get(host, "capadd")).stream()
        .filter(capability -> !rules.capabilities().contains(capability))
        .forEach(capability -> outside.add("capability " + capability));
    if (!words(get(host, "securityopt")).equals(List.of("no-new-privileges"))) {
      outside.add("security options " + host.get("securityopt"));
    }
    String network = text(host.get("networkmode"));
    if (!rules.networks().contains(network)) {
      outside.add("network " + network);
    }
    if (get(host, "restartpolicy") instanceof Obj policy) {
      Map<String, RawJson> restart = struct(policy);
      others("RestartPolicy.", restart, Set.of("name", "maximumretrycount"));
      if (!Set.of("", "no").contains(text(restart.get("name")))
          || !Set.of("null", "0").contains(get(restart, "maximumretrycount").toString())) {
        outside.add("restarts");
      }
    }
    entries(get(host, "tmpfs"))
        .forEach((path, options) -> {
          if (!text(options).isEmpty() || path.matches("/(proc|sys)(/.*)?|.*\\.\\..*")) {
            outside.add("tmpfs " + path);
          }
        });
    if (get(host, "mounts") instanceof Arr(List<RawJson> mounts)) {
      mounts.forEach(this::mount);
    }
    if (get(host, "devicerequests") instanceof Arr(List<RawJson> requests)) {
      requests.forEach(this::devices);
    }
    entries(get(host, "portbindings")).values().forEach(this::binding);
    limits(host);
  }

  private void mount(RawJson value) {
    if (!(value instanceof Obj object)) {
      outside.add("a mount " + value);
      return;
    }
    Map<String, RawJson> mount = struct(object);
    others("Mounts.", mount, Set.of("type", "source", "target", "readonly", "bindoptions"));
    if (mount.get("bindoptions") instanceof Obj options) {
      Map<String, RawJson> bind = struct(options);
      others("BindOptions.", bind, Set.of("nonrecursive"));
      if (!get(bind, "nonrecursive").equals(new Literal("true"))) {
        outside.add("what is mounted below");
      }
    }
    String source = text(mount.get("source"));
    boolean readOnly = get(mount, "readonly").equals(new Literal("true"));
    var allowed =
        text(mount.get("type")).equals("bind")
            ? rules.mounts().directories()
            : rules.mounts().volumes();
    if (!Set.of("bind", "volume").contains(text(mount.get("type")))
        || !(allowed.contains(source) || (readOnly && allowed.contains(source + ":ro")))
        || !text(mount.get("target")).matches("(/[^/]+)+")
        || text(mount.get("target")).matches("(?s)/(proc|sys|dev)(/.*)?|.*\\.\\..*")) {
      outside.add("mount " + value);
    }
  }

  private void devices(RawJson value) {
    if (!(value instanceof Obj object)) {
      outside.add("devices " + value);
      return;
    }
    Map<String, RawJson> request = struct(object);
    others("DeviceRequests.", request, Set.of("count", "capabilities"));
    if (!get(request, "capabilities").toString().equals("[[\"gpu\"]]")
        || rules.gpus() == 0
        || !get(request, "count").toString().matches("[1-%d]".formatted(rules.gpus()))) {
      outside.add("devices " + value);
    }
  }

  private void limits(Map<String, RawJson> host) {
    for (String limit : List.of("memory", "nanocpus", "pidslimit")) {
      if (host.get(limit) instanceof Literal(String number)
          && !number.equals("null")
          && !number.matches("[1-9][0-9]{0,18}")) {
        outside.add(limit + " " + number);
      }
    }
    if (get(host, "memoryswap") instanceof Literal swap
        && !swap.equals(Literal.NULL)
        && !swap.equals(host.get("memory"))) {
      outside.add("swap");
    }
  }

  private void binding(RawJson bindings) {
    if (!rules.publish()) {
      outside.add("published ports");
    }
    if (bindings instanceof Arr(List<RawJson> each)) {
      for (RawJson one : each) {
        if (one instanceof Obj object && !text(struct(object).get("hostport")).isEmpty()) {
          outside.add("a port of the host's");
        }
      }
    }
  }

  /** Other fields may say nothing, or what an engine's plain booleans say by themselves. */
  private void others(String where, Map<String, RawJson> fields, Set<String> said) {
    fields.forEach((name, value) -> {
      if (!said.contains(name)
          && !value.equals(Literal.NULL)
          && !value.equals(new Literal("false"))) {
        outside.add(where + name + " " + value);
      }
    });
  }

  private static RawJson get(Map<String, RawJson> fields, String name) {
    return Optional.ofNullable(fields.get(name)).orElse(Literal.NULL);
  }

  /** A list of words, or one word. */
  private static List<String> words(RawJson value) {
    return switch (value) {
      case Arr(List<RawJson> items) -> items.stream().map(DockerReader::text).toList();
      case Literal literal when !literal.equals(Literal.NULL) -> List.of(text(literal));
      case Literal _, Obj _ -> List.of();
    };
  }

  private static String text(@org.jspecify.annotations.Nullable RawJson value) {
    return value instanceof Literal(String text) && text.startsWith("\"")
        ? text.substring(1, text.length() - 1)
        : "";
  }
}
