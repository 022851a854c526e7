package io.sluice.provisioner.gate.rule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.fleet.docker.Labels;
import io.sluice.schemas.codec.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a container of ours may be. Whatever is not known here is refused, unless it says nothing:
 * an engine learns new keys, and some of them will open new doors.
 *
 * @param images what containers may be made from, by name and tag; {@code name:*}: any tag
 * @param networks the networks that they may join
 * @param capabilities the capabilities that they may keep
 * @param publish whether they may publish ports on the host
 */
public record CreateRules(
    SortedSet<String> images,
    SortedSet<String> networks,
    SortedSet<String> capabilities,
    boolean publish) {
  /** What says nothing about the host. */
  private static final Set<String> HARMLESS =
      Set.of("Image", "Env", "Cmd", "Labels", "ExposedPorts", "HostConfig", "NetworkingConfig");

  private static final Set<String> HARMLESS_ON_HOST =
      Set.of("ReadonlyRootfs", "Memory", "MemorySwap", "NanoCpus", "PidsLimit", "CapDrop");

  /** The only option that takes rights away and gives none. */
  private static final String NO_NEW_PRIVILEGES = "no-new-privileges";

  /** Copies the sets. */
  public CreateRules {
    images = Collections.unmodifiableSortedSet(new TreeSet<>(images));
    networks = Collections.unmodifiableSortedSet(new TreeSet<>(networks));
    capabilities = Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
  }

  /** Judges a call that creates a container. */
  Verdict judge(Call call, String cluster) {
    List<String> wrong = new ArrayList<>();
    if (!call.parameter("name").startsWith(cluster + "-")) {
      wrong.add("name '%s': expected %s-…".formatted(call.parameter("name"), cluster));
    }
    try {
      JsonNode body = strictly(call.body());
      if (body.isObject()) {
        top(body, cluster, wrong);
        host(body.path("HostConfig"), wrong);
      } else {
        wrong.add("a body that is no object");
      }
    } catch (JsonProcessingException malformed) {
      wrong.add("a body that is no JSON");
    }
    return verdict(wrong);
  }

  /** Judges a call that fetches an image. */
  Verdict pull(Call call) {
    String tag = call.parameter("tag");
    String separator = tag.startsWith("sha256:") ? "@" : ":";
    String image = call.parameter("fromImage") + (tag.isEmpty() ? "" : separator + tag);
    boolean fetches = Set.of("fromImage", "tag", "platform").containsAll(call.query().keySet());
    return verdict(
        fetches && known(image) ? List.of() : List.of("image '%s': not allowed".formatted(image)));
  }

  /**
   * Parses a text in which no key comes twice. The engine's parser lets the second of two objects
   * fill up the first, so that it would see what the last one alone does not show.
   */
  static JsonNode strictly(String text) throws JsonProcessingException {
    return Json.mapper()
        .reader()
        .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .readTree(text);
  }

  private static Verdict verdict(List<String> wrong) {
    return wrong.isEmpty() ? new Verdict.Pass() : new Verdict.Refuse(String.join("; ", wrong));
  }

  private void top(JsonNode body, String cluster, List<String> wrong) {
    others(body, HARMLESS, wrong, "");
    String image = body.path("Image").asText("");
    if (!known(image)) {
      wrong.add("image '%s': not allowed".formatted(image));
    }
    String label = body.path("Labels").path(Labels.CLUSTER).asText("");
    if (!label.equals(cluster)) {
      wrong.add("label %s '%s': expected '%s'".formatted(Labels.CLUSTER, label, cluster));
    }
    networking(body.path("NetworkingConfig"), wrong);
  }

  private void networking(JsonNode networking, List<String> wrong) {
    others(networking, Set.of("EndpointsConfig"), wrong, "NetworkingConfig.");
    networking
        .path("EndpointsConfig")
        .fieldNames()
        .forEachRemaining(name -> network(name, "NetworkingConfig", wrong));
  }

  private void host(JsonNode host, List<String> wrong) {
    Set<String> judged =
        Set.of("CapAdd", "SecurityOpt", "RestartPolicy", "NetworkMode", "PortBindings", "Tmpfs");
    Set<String> known = new TreeSet<>(HARMLESS_ON_HOST);
    known.addAll(judged);
    others(host, known, wrong, "HostConfig.");
    if (!texts(host.path("CapDrop")).contains("ALL")) {
      wrong.add("capabilities are kept: expected all to be dropped");
    }
    for (String capability : texts(host.path("CapAdd"))) {
      if (!capabilities.contains(capability)) {
        wrong.add("capability %s: not allowed".formatted(capability));
      }
    }
    if (!texts(host.path("SecurityOpt")).equals(List.of(NO_NEW_PRIVILEGES))) {
      wrong.add("SecurityOpt: expected %s alone".formatted(NO_NEW_PRIVILEGES));
    }
    String restart = host.path("RestartPolicy").path("Name").asText("");
    if (!Set.of("", "no").contains(restart)) {
      wrong.add("restart policy '%s': expected none".formatted(restart));
    }
    network(host.path("NetworkMode").asText(""), "NetworkMode", wrong);
    if (!publish && !saysNothing(host.path("PortBindings"))) {
      wrong.add("published ports: not allowed");
    }
    tmpfs(host.path("Tmpfs"), wrong);
  }

  /** Directories in memory; their options could make them executable or huge. */
  private static void tmpfs(JsonNode tmpfs, List<String> wrong) {
    for (Map.Entry<String, JsonNode> entry : tmpfs.properties()) {
      if (!entry.getValue().asText("").isEmpty()) {
        wrong.add("options of Tmpfs %s: not allowed".formatted(entry.getKey()));
      }
    }
  }

  private void network(String name, String where, List<String> wrong) {
    if (!networks.contains(name)) {
      wrong.add("%s '%s': expected one of %s".formatted(where, name, networks));
    }
  }

  private static void others(JsonNode node, Set<String> known, List<String> wrong, String path) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!known.contains(entry.getKey()) && !saysNothing(entry.getValue())) {
        wrong.add("%s%s: not allowed".formatted(path, entry.getKey()));
      }
    }
  }

  private static boolean saysNothing(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> true;
      case BOOLEAN -> !value.asBoolean();
      case NUMBER -> value.asDouble() == 0;
      case STRING -> value.asText().isEmpty();
      case ARRAY, OBJECT -> value.isEmpty();
      case BINARY, POJO -> false;
    };
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private boolean known(String image) {
    int slash = image.lastIndexOf('/');
    int colon = image.indexOf(':', slash + 1);
    String name = colon < 0 ? image : image.substring(0, colon);
    String tagged = colon < 0 && !image.contains("@") ? image + ":latest" : image;
    return images.contains(image) || images.contains(tagged) || images.contains(name + ":*");
  }
}
