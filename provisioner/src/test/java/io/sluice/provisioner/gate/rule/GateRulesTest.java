package io.sluice.provisioner.gate.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateRulesTest {
  private static final GateRules RULES =
      new GateRules(
          "blue",
          new CreateRules(
              new TreeSet<>(List.of("sluice-app:latest", "web:*")),
              new TreeSet<>(List.of("blue-traffic")),
              new TreeSet<>(List.of("NET_BIND_SERVICE")),
              false));
  private static final String BODY =
      """
      {"Image": "sluice-app", "Env": ["A=b"], "Labels": {"sluice.cluster": "blue"},
       "ExposedPorts": {"8080/tcp": {}}, "Hostname": null, "Volumes": {}, "Tty": false,
       "HostConfig": {"ReadonlyRootfs": true, "Tmpfs": {"/tmp": ""}, "CapDrop": ["ALL"],
         "CapAdd": ["NET_BIND_SERVICE"], "SecurityOpt": ["no-new-privileges"],
         "RestartPolicy": {"Name": "no"}, "NetworkMode": "blue-traffic", "Memory": 268435456,
         "MemorySwap": 268435456, "NanoCpus": 500000000, "PidsLimit": 64, "OomKillDisable": false,
         "Links": null}}
      """;

  @ParameterizedTest
  @CsvSource({
    "GET, /_ping",
    "HEAD, /v1.41/_ping",
    "GET, /containers/json?all=true&filters=%7B%22label%22%3A%5B%22sluice.cluster%3Dblue%22%5D%7D",
    "GET, /events?filters=%7B%22label%22%3A%5B%22sluice.cluster%3Dblue%22%5D%7D",
    "POST, /images/create?fromImage=web&tag=3",
    "POST, /images/create?fromImage=sluice-app&tag=latest"
  })
  void whatTheFleetAsksPasses(String method, String target) {
    assertThat(judge(method, target, "")).isEqualTo(new Verdict.Pass());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /containers/blue-zone1-1/json, /json",
    "GET, /v1.41/containers/blue-zone1-1/stats?stream=true, /stats",
    "POST, /containers/blue-zone1-1/start, /start",
    "POST, /containers/blue-zone1-1/stop?t=10, /stop",
    "POST, /containers/blue-zone1-1/unpause, /unpause",
    "DELETE, /containers/blue-zone1-1?force=true, ''"
  })
  void whatConcernsAContainerPassesIfTheContainerIsOurs(
      String method, String target, String after) {
    assertThat(judge(method, target, ""))
        .isEqualTo(new Verdict.PassIfOurs("blue-zone1-1", "/containers/", after));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /containers/json",
    "GET, /containers/json?filters=%7B%22label%22%3A%5B%22sluice.cluster%3Dgreen%22%5D%7D",
    "GET, /containers/json?filters=%7B%22label%22%3A%22sluice.cluster%3Dblue%22%7D",
    "GET, /containers/json?filters=nonsense",
    "GET, /events",
    "GET, /info",
    "GET, /version",
    "GET, /secrets",
    "GET, /images/json",
    "GET, /networks/bridge",
    "GET, /containers/blue-zone1-1/archive?path=/",
    "PUT, /containers/blue-zone1-1/archive?path=/",
    "POST, /containers/blue-zone1-1/exec",
    "POST, /containers/blue-zone1-1/attach",
    "POST, /containers/blue-zone1-1/update",
    "POST, /containers/prune",
    "POST, /build",
    "POST, /images/create?fromSrc=-&repo=web&tag=3",
    "POST, /images/create?fromImage=evil&tag=1",
    "POST, /volumes/create",
    "POST, /swarm/init",
    "DELETE, /images/web:3",
    "GET, /containers/../info/json",
    "GET, /containers/a%2F..%2Fb/json",
    "GET, //containers/x/json",
    "CONNECT, /containers/x/json"
  })
  void nothingElsePasses(String method, String target) {
    assertThat(judge(method, target, "")).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aContainerAsTheFleetMakesItPasses() {
    assertThat(create(BODY)).isEqualTo(new Verdict.Pass());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"Privileged\": true",
        "\"Binds\": [\"/:/host\"]",
        "\"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/\", \"Target\": \"/host\"}]",
        "\"Devices\": [{\"PathOnHost\": \"/dev/sda\"}]",
        "\"VolumesFrom\": [\"other\"]",
        "\"PidMode\": \"host\"",
        "\"IpcMode\": \"host\"",
        "\"UsernsMode\": \"host\"",
        "\"CgroupParent\": \"/\"",
        "\"Runtime\": \"own\"",
        "\"ExtraHosts\": [\"kafka:1.2.3.4\"]",
        "\"PortBindings\": {\"8080/tcp\": [{\"HostPort\": \"80\"}]}",
        "\"NewKeyOfALaterEngine\": \"yes\""
      })
  void noContainerReachesForTheHost(String key) {
    assertThat(create(BODY.replace("\"Memory\":", key + ", \"Memory\":")))
        .isInstanceOf(Verdict.Refuse.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sluice-app\", | alpine\",",
        "{\"sluice.cluster\": \"blue\"} | {}",
        "{\"sluice.cluster\": \"blue\"} | {\"sluice.cluster\": \"green\"}",
        "\"blue-traffic\" | \"host\"",
        "\"blue-traffic\" | \"container:monitor1\"",
        "\"blue-traffic\" | \"blue-control\"",
        "\"CapDrop\": [\"ALL\"], | \"CapDrop\": [],",
        "[\"NET_BIND_SERVICE\"] | [\"SYS_ADMIN\"]",
        "[\"no-new-privileges\"] | [\"no-new-privileges\", \"seccomp=unconfined\"]",
        "[\"no-new-privileges\"] | []",
        "\"Name\": \"no\" | \"Name\": \"always\"",
        "\"Tty\": false, | \"User\": \"root\",",
        "{\"/tmp\": \"\"} | {\"/tmp\": \"exec\"}"
      })
  void whatAContainerMayBeIsSaidExactly(String allowed, String instead) {
    assertThat(BODY).contains(allowed);

    assertThat(create(BODY.replace(allowed, instead))).isInstanceOf(Verdict.Refuse.class);
  }

  /** The engine would fill up the first of the two, and take keys in any case. */
  @Test
  void nothingHidesBehindAKeyThatComesTwiceOrInAnotherCase() {
    for (String first :
        List.of(
            "\"HostConfig\": {\"Privileged\": true}, ",
            "\"HostConfig\": {}, ",
            "\"hostconfig\": {\"Privileged\": true}, ",
            "\"Image\": \"alpine\", ",
            "\"image\": \"alpine\", ")) {
      assertThat(create(BODY.replaceFirst("\\{", "{" + first))).isInstanceOf(Verdict.Refuse.class);
    }
    assertThat(create(BODY + BODY)).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aNetworkCanNotBeJoinedByAnotherKey() {
    String networking = "\"NetworkingConfig\": {\"EndpointsConfig\": {\"blue-control\": {}}}, ";

    assertThat(create(BODY.replace("\"HostConfig\"", networking + "\"HostConfig\"")))
        .isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aContainerIsNamedAfterItsCluster() {
    assertThat(judge("POST", "/containers/create?name=monitor1", BODY))
        .isEqualTo(new Verdict.Refuse("name 'monitor1': expected blue-…"));
    assertThat(judge("POST", "/containers/create", BODY)).isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aBodyThatIsNoObjectIsRefused() {
    for (String body : List.of("", "[]", "1", "{")) {
      assertThat(create(body)).isInstanceOf(Verdict.Refuse.class);
    }
  }

  @Test
  void aParameterThatComesTwiceIsRefused() {
    String filter =
        "filters="
            + URLEncoder.encode("{\"label\":[\"sluice.cluster=blue\"]}", StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> Call.of("GET", "/events?%s&filters=".formatted(filter), ""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Verdict create(String body) {
    return judge("POST", "/containers/create?name=blue-zone1-1", body);
  }

  private static Verdict judge(String method, String target, String body) {
    return RULES.judge(Call.of(method, target, body));
  }
}
