package io.sluice.gate.rule;

import static io.sluice.gate.rule.Bodies.FLEET;
import static io.sluice.gate.rule.Bodies.LEAST;
import static io.sluice.gate.rule.Bodies.NAME;
import static io.sluice.gate.rule.Bodies.host;
import static io.sluice.gate.rule.Bodies.instead;
import static io.sluice.gate.rule.Bodies.judged;
import static io.sluice.gate.rule.Bodies.rules;
import static io.sluice.gate.rule.Bodies.top;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What containers may be, by the body that creates them. */
class ContainersTest {
  @Test
  void aContainerAsTheFleetMakesItPassesInOurOwnWriting() {
    assertThat(judged(FLEET))
        .isInstanceOfSatisfying(
            Verdict.Pass.class,
            pass -> {
              assertThat(pass.request().method()).isEqualTo("POST");
              assertThat(pass.request().target()).isEqualTo("/containers/create?name=" + NAME);
              assertThat(pass.request().body())
                  .contains(
                      """
                      {"Image":"sluice-app","Env":["A=b","C="],"Cmd":["a","b"],\
                      "Labels":{"sluice.cluster":"blue","sluice.epoch":"7","sluice.image":"sluice-app","sluice.port":"8080",\
                      "sluice.server":"zone1-1","sluice.template":"1","sluice.zone":"zone1",\
                      "team":"web"},"ExposedPorts":{"8080/tcp":{}},"HostConfig":{\
                      "NetworkMode":"blue-traffic","CapDrop":["ALL"],\
                      "CapAdd":["NET_BIND_SERVICE"],"SecurityOpt":["no-new-privileges"],\
                      "RestartPolicy":{"Name":"no"},"ReadonlyRootfs":true,"Tmpfs":{"/tmp":""},\
                      "PortBindings":{},"Memory":268435456,"MemorySwap":268435456,\
                      "NanoCpus":500000000,"PidsLimit":64}}\
                      """);
            });
  }

  @Test
  void aCommandThatTheEngineRunsInAServerPassesWithBounds() {
    String check =
        "{\"Test\":[\"CMD\",\"pg_isready\",\"-q\"],\"Interval\":10000000000,"
            + "\"Timeout\":5000000000,\"StartPeriod\":60000000000,\"Retries\":3}";

    assertThat(judged(instead("Healthcheck", check)))
        .isInstanceOfSatisfying(
            Verdict.Pass.class,
            pass ->
                assertThat(pass.request().body().orElse("")).contains("\"Healthcheck\":" + check));
  }

  @Test
  void theLeastThatIsAllowedPasses() {
    assertThat(judged(LEAST)).isInstanceOf(Verdict.Pass.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CapAdd | []",
        "CapAdd | null",
        "Cmd | null",
        "Env | []",
        "Tmpfs | {}",
        "Tmpfs | {\"/var/cache/x\":\"\",\"/a-b/.c\":\"\"}",
        "PortBindings | {}",
        "RestartPolicy | {\"Name\":\"no\"}",
        "RestartPolicy | null",
        "Tty | false",
        "User | \"1000:33\"",
        "StopSignal | \"SIGQUIT\"",
        "Entrypoint | [\"/entry\",\"-x\"]",
        "Mounts | []",
        "Mounts | [{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/var/up loads\"}]",
        "Mounts | [{\"Type\":\"volume\",\"Source\":\"assets\",\"Target\":\"/a\",\"ReadOnly\":true}]",
        "Mounts | [{\"Type\":\"bind\",\"Source\":\"/srv/pages\",\"Target\":\"/p\",\"ReadOnly\":true}]",
        "Mounts | [{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/p\",\"BindOptions\":null}]",
        "Mounts | [{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/p\",\"BindOptions\":{\"NonRecursive\":true}}]",
        "DeviceRequests | [{\"Count\":2,\"Capabilities\":[[\"gpu\"]],\"Driver\":null}]",
        "Memory | null",
        "Volumes | null",
        "Volumes | {\"/run/secrets\":{}}"
      })
  void whatMeansTheSameOrLessPasses(String key, String value) {
    String body = instead(key, value);

    assertThat(key.equals("Memory") ? judged(body.replace("268435456", "null")) : judged(body))
        .isInstanceOf(Verdict.Pass.class);
  }

  @Test
  void anImageIsToldToTheEngineAsItWasWritten() {
    for (String image : List.of("sluice-app", "sluice-app:latest", "web:3.1", "web")) {
      assertThat(judged(LEAST.replace("sluice-app", image)))
          .isInstanceOfSatisfying(
              Verdict.Pass.class,
              pass ->
                  assertThat(pass.request().body().orElse(""))
                      .contains("\"Image\":\"%s\"".formatted(image)));
    }
  }

  /** Seen on the running product: each of them made the container that it should have refused. */
  @Test
  void whatOnceGotThroughIsRefused() {
    for (String body :
        List.of(
            instead("CapAdd", "\"ALL\""),
            instead("CapAdd", "\"SYS_ADMIN\""),
            host("\"MaskedPaths\":[]"),
            host("\"ReadonlyPaths\":[]"),
            top("\"hostconfig\":null"),
            host("\"capdrop\":[]"),
            host("\"securityopt\":[]"),
            host("\"networkmode\":\"\""),
            host("\"memory\":0"),
            host("\"pidslimit\":0"),
            top("\"labels\":null"),
            top("\"Entrypoint\":[]").replace("\"Entrypoint\":null,", ""),
            instead("RestartPolicy", "{\"Name\":\"no\",\"name\":\"always\"}"),
            instead("RestartPolicy", "{\"Name\":\"no\",\"maximumretrycount\":3}"),
            endpoint("\"Aliases\":[\"kafka\"]"),
            endpoint("\"Links\":[\"kafka:x\"]"),
            endpoint("\"IPAMConfig\":{\"IPv4Address\":\"172.20.0.2\"}"),
            endpoint("\"MacAddress\":\"02:42:ac:11:00:02\""),
            endpoint("\"DriverOpts\":{\"a\":\"b\"}"))) {
      assertThat(judged(body)).as(body).isInstanceOf(Verdict.Refuse.class);
      assertThat(DockerReader.outside(body, Bodies.RULES.create(), "blue"))
          .as("what an engine would have made of %s", body)
          .isNotEmpty();
    }
  }

  private static String endpoint(String member) {
    return instead(
        "NetworkingConfig", "{\"EndpointsConfig\":{\"blue-traffic\":{%s}}}".formatted(member));
  }

  static final List<String> TOO_MUCH =
      List.of(
          "Privileged|true",
          "Binds|[\"/:/host\"]",
          "Binds|[]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/host\"}]",
          "Mounts|[{\"Type\":\"tmpfs\",\"Target\":\"/t\"}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/pages\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"assets\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/data/x\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/data/\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/./data\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"/srv/data\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"uploads\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"other\",\"Target\":\"/p\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/proc/1\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/dev\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/dev/shm\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/proc/x\\u2028\"}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/p\",\"BindOptions\":{}}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/p\",\"BindOptions\":{\"NonRecursive\":false}}]",
          "Tmpfs|{\"/proc/x\\u2028\":\"\"}",
          "Env|[\"NVIDIA_VISIBLE_DEVICES=all\"]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/a/../sys\"}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"Target\":\"/p\",\"VolumeOptions\":{}}]",
          "Mounts|[{\"Type\":\"bind\",\"Source\":\"/srv/data\",\"Target\":\"/p\",\"BindOptions\":{\"Propagation\":\"rshared\"}}]",
          "Mounts|[{\"Type\":\"volume\",\"Source\":\"uploads\",\"source\":\"other\",\"Target\":\"/p\"}]",
          "DeviceRequests|[{\"Count\":3,\"Capabilities\":[[\"gpu\"]]}]",
          "DeviceRequests|[{\"Count\":-1,\"Capabilities\":[[\"gpu\"]]}]",
          "DeviceRequests|[{\"Count\":1,\"Capabilities\":[[\"gpu\"],[\"tpu\"]]}]",
          "DeviceRequests|[{\"Count\":1}]",
          "DeviceRequests|[{\"Capabilities\":[[\"gpu\"]]}]",
          "DeviceRequests|[{\"Count\":1,\"Capabilities\":[[\"gpu\"]]},{\"Count\":1,\"Capabilities\":[[\"gpu\"]]}]",
          "Devices|[{\"PathOnHost\":\"/dev/sda\"}]",
          "DeviceRequests|[{\"Driver\":\"nvidia\",\"Count\":-1}]",
          "DeviceCgroupRules|[\"a *:* rwm\"]",
          "VolumesFrom|[\"other\"]",
          "VolumeDriver|\"local\"",
          "PidMode|\"host\"",
          "IpcMode|\"host\"",
          "IpcMode|\"shareable\"",
          "UTSMode|\"host\"",
          "UsernsMode|\"host\"",
          "CgroupnsMode|\"host\"",
          "CgroupParent|\"/\"",
          "Runtime|\"own\"",
          "Runtime|\"\"",
          "Isolation|\"default\"",
          "Init|true",
          "Init|false",
          "ShmSize|1099511627776",
          "ShmSize|0",
          "Sysctls|{\"net.ipv4.ip_forward\":\"1\"}",
          "Annotations|{\"a\":\"b\"}",
          "StorageOpt|{\"size\":\"1P\"}",
          "Ulimits|[{\"Name\":\"nofile\",\"Soft\":-1,\"Hard\":-1}]",
          "OomScoreAdj|-1000",
          "OomKillDisable|true",
          "AutoRemove|true",
          "PublishAllPorts|true",
          "GroupAdd|[\"docker\"]",
          "ExtraHosts|[\"kafka:1.2.3.4\"]",
          "Dns|[\"1.2.3.4\"]",
          "Links|[\"kafka\"]",
          "LogConfig|{\"Type\":\"syslog\"}",
          "LogConfig|{}",
          "PortBindings|{\"8080/tcp\":[{\"HostPort\":\"80\"}]}",
          "PortBindings|{\"8080/tcp\":[{\"HostPort\":\"\"}]}",
          "PortBindings|[]",
          "CapDrop|\"ALL\"",
          "CapDrop|[]",
          "CapDrop|null",
          "CapDrop|[\"all\"]",
          "CapDrop|[\"ALL\",\"NET_RAW\"]",
          "CapAdd|[\"ALL\"]",
          "CapAdd|[\"net_bind_service\"]",
          "CapAdd|[[\"ALL\"]]",
          "CapAdd|{\"ALL\":1}",
          "SecurityOpt|\"no-new-privileges\"",
          "SecurityOpt|[\"no-new-privileges\",\"seccomp=unconfined\"]",
          "SecurityOpt|[\"no-new-privileges\",\"systempaths=unconfined\"]",
          "SecurityOpt|[]",
          "NetworkMode|\"host\"",
          "NetworkMode|\"none\"",
          "NetworkMode|\"container:monitor1\"",
          "NetworkMode|\"blue-control\"",
          "NetworkMode|\"\"",
          "NetworkMode|null",
          "NetworkMode|[\"blue-traffic\"]",
          "RestartPolicy|{\"Name\":\"always\"}",
          "RestartPolicy|{\"Name\":\"no\",\"MaximumRetryCount\":1}",
          "RestartPolicy|{\"Name\":\"no\",\"Other\":null}",
          "RestartPolicy|\"no\"",
          "RestartPolicy|[]",
          "Tmpfs|{\"/tmp\":\"exec\"}",
          "Tmpfs|{\"/tmp\":null}",
          "Tmpfs|{\"/proc\":\"\"}",
          "Tmpfs|{\"/sys/fs\":\"\"}",
          "Tmpfs|{\"/a/../proc\":\"\"}",
          "Tmpfs|{\"//proc\":\"\"}",
          "Tmpfs|{\"/./proc\":\"\"}",
          "Tmpfs|{\"/\":\"\"}",
          "Tmpfs|{\"tmp\":\"\"}",
          "Tmpfs|[\"/tmp\"]",
          "ReadonlyRootfs|\"true\"",
          "ReadonlyRootfs|1",
          "Memory|0",
          "Memory|-1",
          "Memory|\"268435456\"",
          "Memory|268435456.0",
          "Memory|2.68435456e8",
          "Memory|9223372036854775808",
          "Memory|NaN",
          "Memory|1",
          "MemorySwap|-1",
          "NanoCpus|0",
          "PidsLimit|0",
          "PidsLimit|-1",
          "User|\"root\"",
          "User|\"\"",
          "Entrypoint|\"\"",
          "Entrypoint|[]",
          "Entrypoint|[null]",
          "StopSignal|\"\"",
          "User|\"1000:0\"",
          "User|\"www-data:33\"",
          "Hostname|\"kafka\"",
          "Domainname|\"x\"",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"]}",
          "Healthcheck|{}",
          "Healthcheck|{\"Test\":[\"CMD-SHELL\",\"x\"],\"Interval\":10000000000,\"Timeout\":5000000000}",
          "Healthcheck|{\"Test\":[\"CMD\"],\"Interval\":10000000000,\"Timeout\":5000000000}",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"],\"Interval\":1000000,\"Timeout\":5000000000}",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"],\"Interval\":0,\"Timeout\":5000000000}",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"],\"Interval\":10000000000,\"Timeout\":0}",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"],\"Interval\":10000000000,\"Timeout\":61000000000}",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"],\"Interval\":10000000000,\"Timeout\":5000000000,\"StartInterval\":1000000}",
          "Healthcheck|{\"Test\":[\"CMD\",\"x\"],\"test\":[\"CMD\",\"y\"],\"Interval\":10000000000,\"Timeout\":5000000000}",
          "Volumes|{\"/data\":{}}",
          "Volumes|[]",
          "Volumes|{\"/run/secrets\":null}",
          "Volumes|{\"/run/secrets\":{\"a\":1}}",
          "Volumes|{\"/run/secrets/\":{}}",
          "Volumes|{\"/run/secrets\":{},\"/data\":{}}",
          "WorkingDir|\"/\"",
          "MacAddress|\"02:42:ac:11:00:02\"",
          "NetworkDisabled|true",
          "Tty|true",
          "Tty|0",
          "StopSignal|\"KILL\"",
          "StopTimeout|0",
          "Shell|[]",
          "OnBuild|[]",
          "NetworkingConfig|{}",
          "NetworkingConfig|{\"EndpointsConfig\":{\"blue-control\":{}}}",
          "Cmd|\"sh\"",
          "Cmd|[]",
          "Cmd|[1]",
          "Cmd|[null]",
          "Cmd|[\"a\\u0000b\"]",
          "Cmd|[\"\\ud800\"]",
          "Env|\"A=b\"",
          "Env|[\"A\"]",
          "Env|[\"=b\"]",
          "Env|{\"A\":\"b\"}",
          "ExposedPorts|{\"8080/udp\":{}}",
          "ExposedPorts|{\"8080\":{}}",
          "ExposedPorts|{\"0/tcp\":{}}",
          "ExposedPorts|{\"65536/tcp\":{}}",
          "ExposedPorts|{\"8080/tcp\":null}",
          "ExposedPorts|{\"8080/tcp\":{\"a\":1}}",
          "ExposedPorts|[\"8080/tcp\"]",
          "HostConfig|null",
          "HostConfig|{}",
          "HostConfig|[]",
          "Labels|null",
          "Labels|{}",
          "Labels|{\"sluice.cluster\":\"blue\"}",
          "Labels|{\"sluice.cluster\":\"green\"}",
          "Labels|{\"sluice.cluster\":[\"blue\"]}",
          "Labels|{\"sluice.cluster\":\"blue\",\"team\":null}",
          "Labels|{\"sluice.cluster\":\"blue\",\"com.docker.compose.project\":\"blue\"}",
          "Labels|{\"sluice.cluster\":\"blue\",\"sluice.server\":\"zone1-2\"}",
          "Labels|{\"sluice.cluster\":\"blue\",\"sluice.server\":\"\"}",
          "Labels|{\"sluice.cluster\":\"blue\",\"sluice.epoch\":\"x\"}",
          "Labels|{\"sluice.cluster\":\"blue\",\"sluice.other\":\"x\"}",
          "Labels|{\"sluice.cluster\":\"blue\",\"sluice.image\":\"sluice-app:latest\"}",
          "Labels|{\"Sluice.Cluster\":\"blue\"}",
          "Image|null",
          "Image|\"\"",
          "Image|\"alpine\"",
          "Image|\"sluice-app:other\"",
          "Image|\"docker.io/library/sluice-app\"",
          "Image|\"sluice-app@sha256:"
              + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
          "Image|\"web\\u0000:3\"",
          "Image|\"web:3:4\"",
          "Image|\"web:*\"",
          "Image|\"Web:3\"",
          "Image|[\"sluice-app\"]");

  @ParameterizedTest
  @FieldSource("TOO_MUCH")
  void noContainerGetsMoreThanAFleetAsksFor(String keyAndValue) {
    String[] parts = keyAndValue.split("\\|", 2);

    assertThat(judged(instead(parts[0], parts[1])))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refused -> assertThat(refused.reason()).contains("expected").isPrintable());
  }

  /** An engine takes keys in any case, and two letters look like others to it. */
  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "\"\"", "0", "false", "true", "\"x\"", "[\"ALL\"]"})
  void aKeyThatIsNotExactlyKnownIsRefusedWhateverItsValue(String value) {
    for (String key :
        List.of(
            "hostconfig",
            "HOSTCONFIG",
            "Ho\u017ftConfig",
            "Host\\u0043onfig2",
            "image",
            "networkingconfig",
            "Networ\u212aingConfig",
            "Networ\\u212aingConfig",
            "NewKeyOfALaterEngine",
            "",
            "\\u0000")) {
      assertThat(judged(top("\"%s\":%s".formatted(key, value)))).isInstanceOf(Verdict.Refuse.class);
      assertThat(judged("{\"%s\":%s, ".formatted(key, value) + FLEET.strip().substring(1)))
          .isInstanceOf(Verdict.Refuse.class);
    }
    for (String key :
        List.of("MaskedPaths", "ReadonlyPaths", "privileged", "Ma\u017f\u212aedPaths", "Other")) {
      assertThat(judged(host("\"%s\":%s".formatted(key, value))))
          .isInstanceOf(Verdict.Refuse.class);
    }
  }

  /** The engine would fill up the first of the two with the second. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"HostConfig\":{}",
        "\"HostConfig\":null",
        "\"Host\\u0043onfig\":{\"Privileged\":true}",
        "\"Image\":\"sluice-app\"",
        "\"Labels\":{}"
      })
  void aKeyThatComesTwiceIsRefused(String member) {
    assertThat(judged(top(member))).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void whatIsNoJsonOfOneMeaningIsRefused() {
    for (String body :
        List.of(
            "",
            " ",
            "null",
            "[]",
            "1",
            "{",
            "\ufeff" + FLEET,
            FLEET + FLEET,
            FLEET + "x",
            FLEET + "\u0000",
            FLEET.replace("\"Image\":", "/* */ \"Image\":"),
            FLEET.replace("\"Image\":", "'Image':"),
            FLEET.replace("\"Image\":", "Image:"),
            top("\"a\":" + "[".repeat(2000) + "]".repeat(2000)),
            top("\"a\":" + "{\"a\":".repeat(2000) + "1" + "}".repeat(2000)),
            top("\"a\":" + "9".repeat(100_000)),
            top("\"a\":1e999999999"),
            top("\"a\":[" + "0,".repeat(60_000) + "0]"))) {
      assertThat(judged(body)).as("%.80s", body).isInstanceOf(Verdict.Refuse.class);
    }
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    for (Charset other : List.of(UTF_16, Charset.forName("UTF-32"))) {
      assertThat(Bodies.RULES.create(NAME, FLEET.getBytes(other)))
          .isInstanceOf(Verdict.Refuse.class);
    }
    byte[] broken = FLEET.replace("A=b", "A=\u00ff").getBytes(UTF_8);
    byte[] cut = Arrays.copyOf(broken, broken.length);
    cut[FLEET.indexOf("A=b") + 3] = 'x';
    assertThat(Bodies.RULES.create(NAME, broken)).isInstanceOf(Verdict.Pass.class);
    assertThat(Bodies.RULES.create(NAME, cut)).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void whoMayPublishPublishesByAPortThatTheEngineChooses() {
    GateRules publishing = rules(true);
    String one = "{\"8080/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"\"}]}";

    assertThat(publishing.create(NAME, instead("PortBindings", one).getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            Verdict.Pass.class,
            pass ->
                assertThat(pass.request().body().orElse("")).contains("\"PortBindings\":" + one));
    for (String other :
        List.of(
            "{\"8080/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"22\"}]}",
            "{\"8080/tcp\":[{\"HostPort\":\"\",\"hostport\":\"22\"}]}",
            "{\"8080/tcp\":[{\"HostIp\":\"a b\"}]}",
            "{\"8080/tcp\":{}}",
            "{\"8080-8090/tcp\":[]}")) {
      assertThat(publishing.create(NAME, instead("PortBindings", other).getBytes(UTF_8)))
          .as(other)
          .isInstanceOf(Verdict.Refuse.class);
    }
  }

  @Test
  void aRefusalNamesTheKeyTheValueAndWhatWasExpected() {
    assertThat(judged(instead("CapAdd", "\"ALL\"").replace("\"Image\"", "\"image\"")))
        .isEqualTo(
            new Verdict.Refuse(
                "Image (none): expected one of %s; HostConfig.CapAdd \"ALL\": expected a list of texts; image \"sluice-app\": expected no such key"
                    .formatted(Bodies.RULES.create().images())));
    assertThat(judged(host("\"Mas\u212aedPaths\":[]")))
        .isEqualTo(new Verdict.Refuse("HostConfig.Mas\\u212aedPaths []: expected no such key"));
  }
}
