package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gate.rule.RawJson.Arr;
import io.sluice.gate.rule.RawJson.Literal;
import io.sluice.gate.rule.RawJson.Member;
import io.sluice.gate.rule.RawJson.Obj;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/**
 * Whatever passes, read as an engine reads it, is a container that the gate's owner has allowed:
 * what the client sent, and what the engine is sent instead.
 */
class AllowedSetPropertyTest {
  private static final CreateRules CREATE = Bodies.RULES.create();

  private static final List<String> KEYS =
      List.of(
          "HostConfig",
          "Labels",
          "Image",
          "NetworkingConfig",
          "EndpointsConfig",
          "Aliases",
          "User",
          "Entrypoint",
          "Volumes",
          "Env",
          "Cmd",
          "MacAddress",
          "Privileged",
          "MaskedPaths",
          "ReadonlyPaths",
          "CapAdd",
          "CapDrop",
          "SecurityOpt",
          "NetworkMode",
          "RestartPolicy",
          "Name",
          "MaximumRetryCount",
          "Binds",
          "Mounts",
          "Type",
          "Source",
          "Target",
          "ReadOnly",
          "BindOptions",
          "DeviceRequests",
          "Count",
          "Capabilities",
          "StopSignal",
          "Devices",
          "PidMode",
          "IpcMode",
          "UTSMode",
          "UsernsMode",
          "CgroupnsMode",
          "CgroupParent",
          "Runtime",
          "Sysctls",
          "Tmpfs",
          "PortBindings",
          "HostPort",
          "ReadonlyRootfs",
          "Memory",
          "MemorySwap",
          "PidsLimit",
          "NanoCpus",
          "Init",
          "OomKillDisable",
          "GroupAdd",
          "Annotations",
          "sluice.cluster",
          "com.docker.compose.project",
          "/proc",
          "8080/tcp");

  private static final List<String> VALUES =
      List.of(
          "null",
          "[]",
          "{}",
          "\"\"",
          "0",
          "-1",
          "1",
          "64",
          "1.5",
          "1e3",
          "true",
          "false",
          "\"ALL\"",
          "[\"ALL\"]",
          "[\"NET_BIND_SERVICE\"]",
          "\"no-new-privileges\"",
          "[\"no-new-privileges\"]",
          "\"blue\"",
          "\"host\"",
          "\"blue-traffic\"",
          "\"sluice-app\"",
          "\"web:1\"",
          "\"no\"",
          "{\"Name\":\"always\"}",
          "{\"Name\":\"no\",\"name\":\"always\"}",
          "{\"/proc\":\"\"}",
          "{\"/a\":\"\"}",
          "{\"/run/secrets\":{}}",
          "{\"/data\":{}}",
          "{\"blue-traffic\":{\"Aliases\":[\"kafka\"]}}",
          "[\"/:/host\"]",
          "{\"8080/tcp\":[{\"HostPort\":\"22\"}]}",
          "{\"8080/tcp\":{}}",
          "[null]",
          "[\"A=b\"]",
          "{\"sluice.cluster\":\"blue\"}",
          "{\"Privileged\":true}",
          "[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/data\"}]",
          "[{\"Type\":\"bind\",\"Source\":\"/srv/pages\",\"Target\":\"/p\",\"ReadOnly\":true}]",
          "[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/host\"}]",
          "[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/u\",\"ReadOnly\":false}]",
          "[{\"Count\":1,\"Capabilities\":[[\"gpu\"]]}]",
          "[{\"Count\":-1,\"Capabilities\":[[\"gpu\"]]}]",
          "[[\"gpu\"]]",
          "\"1000:33\"",
          "\"root\"",
          "\"SIGQUIT\"",
          "\"/srv\"",
          "\"/proc\"",
          "\"volume\"",
          "268435456");

  @Property(tries = 20_000)
  void whateverPassesIsInTheAllowedSet(@ForAll Random random) {
    Obj body = (Obj) RawJson.parse(random.nextBoolean() ? Bodies.FLEET : Bodies.LEAST);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      change(body, random);
    }
    String text = body.toString();
    Verdict.Ruling ruling = Bodies.RULES.create(Bodies.NAME, text.getBytes(UTF_8));

    Statistics.label("passed")
        .collect(ruling instanceof Verdict.Pass)
        .coverage(checker -> checker.check(true).percentage(share -> share > 1));
    if (ruling instanceof Verdict.Pass(EngineRequest request)) {
      assertThat(DockerReader.outside(text, CREATE, "blue")).as(text).isEmpty();
      String written = request.body().orElse("");
      assertThat(DockerReader.outside(written, CREATE, "blue")).as(written).isEmpty();
    }
  }

  private static void change(Obj body, Random random) {
    List<Obj> objects = new ArrayList<>();
    collect(body, objects);
    Obj object = objects.get(random.nextInt(objects.size()));
    Member member =
        new Member(spelt(one(KEYS, random), random), RawJson.parse(one(VALUES, random)));
    int size = object.members().size();
    switch (size == 0 ? 0 : random.nextInt(4)) {
      case 0 -> object.members().add(random.nextInt(size + 1), member);
      case 1 -> object.members().add(member);
      case 2 -> object.members().remove(random.nextInt(size));
      default -> {
        int at = random.nextInt(size);
        object.members().set(at, new Member(object.members().get(at).key(), member.value()));
      }
    }
  }

  private static void collect(RawJson value, List<Obj> objects) {
    switch (value) {
      case Obj object -> {
        objects.add(object);
        object.members().forEach(member -> collect(member.value(), objects));
      }
      case Arr(List<RawJson> items) -> items.forEach(item -> collect(item, objects));
      case Literal _ -> {}
    }
  }

  private static String spelt(String key, Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> key.toLowerCase(Locale.ROOT);
      case 1 -> key.toUpperCase(Locale.ROOT);
      case 2 -> key.replace('s', '\u017f');
      case 3 -> key.replace('k', '\u212a');
      case 4 -> "\\u%04x".formatted((int) key.charAt(0)) + key.substring(1);
      default -> key;
    };
  }

  private static String one(List<String> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}
