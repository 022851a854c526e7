package io.sluice.gate.rule;

import static io.sluice.gate.rule.Bodies.RULES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which calls pass, by their first line. */
class GateRulesTest {
  private static final String OURS = "%7B%22label%22%3A%5B%22sluice.cluster%3Dblue%22%5D%7D";
  private static final String DEATHS =
      "%7B%22label%22%3A%5B%22sluice.cluster%3Dblue%22%5D%2C%22type%22%3A%5B%22container%22%5D"
          + "%2C%22event%22%3A%5B%22die%22%5D%7D";

  @ParameterizedTest
  @CsvSource({
    "GET, /_ping, /_ping",
    "HEAD, /v1.41/_ping, /_ping",
    "GET, /containers/json?all=true&filters="
        + OURS
        + ", /containers/json?all=true&filters="
        + OURS,
    "GET, /v1.24/containers/json?filters="
        + OURS
        + "&all=1, /containers/json?all=true&filters="
        + OURS,
    "GET, /events?filters=" + OURS + ", /events?filters=" + OURS,
    "POST, /images/create?fromImage=web&tag=3, /images/create?fromImage=web&tag=3",
    "POST, /images/create?fromImage=web%3A3&tag=, /images/create?fromImage=web&tag=3",
    "POST, /images/create?fromImage=sluice-app&tag=latest, /images/create?fromImage=sluice-app&tag=latest"
  })
  void whatTheFleetAsksPassesInOurOwnWriting(String method, String target, String written) {
    assertThat(RULES.judge(method, target))
        .isInstanceOfSatisfying(
            Verdict.Pass.class,
            pass -> {
              assertThat(pass.request().method()).isEqualTo(method);
              assertThat(pass.request().target()).isEqualTo(written);
              assertThat(pass.request().body()).isEmpty();
            });
  }

  @Test
  void theFleetHearsOfEndsAlone() {
    assertThat(RULES.judge("GET", "/events?filters=" + DEATHS))
        .isInstanceOfSatisfying(
            Verdict.Pass.class,
            pass ->
                assertThat(pass.request().target())
                    .startsWith("/events?filters=")
                    .contains("sluice.cluster%3Dblue", "%22event%22%3A%5B%22die%22%5D"));
  }

  @Test
  void anImageMayBeFetchedByItsDigest() {
    String digest = "sha256%3A" + "a".repeat(64);

    for (String query :
        List.of("fromImage=db&tag=" + digest, "fromImage=db%40" + digest + "&tag=")) {
      assertThat(RULES.judge("POST", "/images/create?" + query))
          .isInstanceOfSatisfying(
              Verdict.Pass.class,
              pass ->
                  assertThat(pass.request().target())
                      .isEqualTo("/images/create?fromImage=db&tag=" + digest));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /containers/blue-zone1-1/json, /containers/ID/json",
    "GET, /v1.41/containers/blue-zone1-1/stats?stream=true, /containers/ID/stats?stream=true",
    "GET, /containers/blue-zone1-1/logs?stdout=true&stderr=1&tail=20, /containers/ID/logs?stderr=true&stdout=true&tail=20",
    "GET, /containers/blue-zone1-1/logs?stdout=true, /containers/ID/logs?stdout=true&tail=1000",
    "GET, /containers/blue-zone1-1/logs?since=1764600000&stderr=true&tail=7&timestamps=true, /containers/ID/logs?since=1764600000&stderr=true&tail=7&timestamps=true",
    "GET, /containers/blue-zone1-1/logs?stdout=true&stderr=true&tail=20, /containers/ID/logs?stderr=true&stdout=true&tail=20",
    "POST, /containers/blue-zone1-1/start, /containers/ID/start",
    // Before 1.24 a start could say what its container gets of the host.
    "POST, /v1.23/containers/blue-zone1-1/start, /containers/ID/start",
    "POST, /containers/blue-zone1-1/stop?t=10, /containers/ID/stop?t=10",
    "POST, /containers/blue-zone1-1/stop, /containers/ID/stop",
    "POST, /containers/blue-zone1-1/unpause, /containers/ID/unpause",
    "DELETE, /containers/blue-zone1-1?v=true&force=true, /containers/ID?force=true&v=true"
  })
  void whatConcernsAContainerPassesByItsIdIfTheContainerIsOurs(
      String method, String target, String written) {
    assertThat(RULES.judge(method, target))
        .isInstanceOfSatisfying(
            Verdict.PassIfOurs.class,
            pass -> {
              assertThat(pass.call().container()).isEqualTo("blue-zone1-1");
              assertThat(pass.call().on("ID").method()).isEqualTo(method);
              assertThat(pass.call().on("ID").target()).isEqualTo(written);
            });
  }

  static final List<String> NOT_OF_THE_FLEET =
      List.of(
          "GET, /containers/json",
          "GET, /containers/json?filters=%7B%22label%22%3A%5B%22sluice.cluster%3Dgreen%22%5D%7D",
          "GET, /containers/json?filters=%7B%22label%22%3A%22sluice.cluster%3Dblue%22%7D",
          "GET, /containers/json?filters=%7B%22label%22%3A%7B%22sluice.cluster%3Dblue%22%3Atrue%7D%7D",
          "GET, /containers/json?filters=%7B%22Label%22%3A%5B%22sluice.cluster%3Dblue%22%5D%7D",
          "GET, /containers/json?filters=nonsense",
          "GET, /containers/json?filters=" + OURS + "&limit=1",
          "GET, /containers/json?filters=" + OURS + "&size=1",
          "GET, /containers/json?filters=" + OURS + "&all=yes",
          "GET, /containers/json?Filters=" + OURS,
          "GET, /events",
          "GET, /events?filters=" + OURS + "&since=1",
          "GET, /info",
          "GET, /version",
          "GET, /secrets",
          "GET, /services",
          "POST, /services/create",
          "GET, /tasks",
          "GET, /nodes",
          "GET, /images/json",
          "GET, /networks/bridge",
          "POST, /networks/create",
          "POST, /networks/blue-control/connect",
          "POST, /networks/blue-control/disconnect",
          "GET, /containers/blue-zone1-1",
          "GET, /containers/blue-zone1-1/json?size=true",
          "GET, /containers/blue-zone1-1/stats?one-shot=true",
          "GET, /containers/blue-zone1-1/logs?stdout=true&follow=true",
          "GET, /containers/blue-zone1-1/logs?tail=all",
          "GET, /containers/blue-zone1-1/logs?tail=1001",
          "GET, /containers/blue-zone1-1/logs?since=-1",
          "GET, /containers/blue-zone1-1/logs?timestamps=yes",
          "GET, /containers/blue-zone1-1/logs?follow=true",
          "POST, /containers/blue-zone1-1/logs?tail=1",
          "GET, /containers/blue-zone1-1/archive?path=/",
          "PUT, /containers/blue-zone1-1/archive?path=/",
          "PUT, /containers/blue-zone1-1/archive",
          "PUT, /containers/blue-zone1-1/archive?path=/run/secrets/",
          "PUT, /containers/blue-zone1-1/archive?path=/run/secrets/../..",
          "PUT, /containers/blue-zone1-1/archive?path=/run/secrets&path=/",
          "PUT, /containers/blue-zone1-1/archive?path=/run/secrets&copyUIDGID=true",
          "PUT, /containers/blue-zone1-1/archive?path=/run/secrets&other=1",
          "POST, /containers/blue-zone1-1/archive?path=/run/secrets",
          "GET, /containers/blue-zone1-1/archive?path=/run/secrets",
          "HEAD, /containers/blue-zone1-1/archive?path=/run/secrets",
          "GET, /containers/blue-zone1-1/export",
          "GET, /containers/blue-zone1-1/attach/ws",
          "POST, /containers/blue-zone1-1/exec",
          "POST, /containers/blue-zone1-1/attach",
          "POST, /containers/blue-zone1-1/update",
          "POST, /containers/blue-zone1-1/rename?name=monitor1",
          "POST, /containers/blue-zone1-1/rename?name=blue-zone1-2",
          "POST, /containers/blue-zone1-1/pause",
          "POST, /containers/blue-zone1-1/kill",
          "POST, /containers/blue-zone1-1/resize?h=1&w=1",
          "POST, /containers/blue-zone1-1/start?detachKeys=a",
          "POST, /containers/blue-zone1-1/stop?t=-1",
          "POST, /containers/blue-zone1-1/stop?t=99999",
          "POST, /containers/blue-zone1-1/stop?signal=KILL",
          "POST, /containers/blue-zone1-1/copy",
          "DELETE, /containers/blue-zone1-1?link=true",
          "DELETE, /containers/blue-zone1-1?force=maybe",
          "POST, /containers/prune",
          "POST, /commit?container=blue-zone1-1",
          "POST, /build",
          "POST, /auth",
          "POST, /session",
          "POST, /grpc",
          "POST, /exec/1/start",
          "POST, /images/create?fromSrc=-&repo=web&tag=3",
          "POST, /images/create?fromImage=web&tag=3&fromSrc=http://evil/",
          "POST, /images/create?fromImage=web&tag=3&repo=sluice-app",
          "POST, /images/create?fromImage=web&tag=3&changes=USER+root",
          "POST, /images/create?fromImage=web&tag=3&message=x",
          "POST, /images/create?fromImage=web&tag=3&platform=linux/arm64",
          "POST, /images/create?fromImage=web",
          "POST, /images/create?fromImage=web&tag=",
          "POST, /images/create?fromImage=web:3&tag=4",
          "POST, /images/create?fromImage=evil.example/web&tag=3",
          "POST, /images/create?fromImage=evil&tag=1",
          "POST, /images/create?FromImage=web&tag=3",
          "POST, /images/load",
          "POST, /volumes/create",
          "POST, /plugins/pull",
          "POST, /swarm/init",
          "POST, /swarm/join",
          "DELETE, /images/web:3",
          "GET, /containers/../info/json",
          "GET, /containers/./json",
          "GET, /containers/a%2F..%2Fb/json",
          "GET, /containers/%62lue-zone1-1/json",
          "GET, /containers//json",
          "GET, //containers/x/json",
          "GET, //_ping",
          "GET, /_ping/",
          "GET, /%5fping",
          "GET, /_ping?x",
          "GET, /_ping?",
          "GET, /_ping?a=b",
          "GET, /_ping;a",
          "GET, /_ping#a",
          "GET, /v1.41//_ping",
          "GET, /v1.41/v1.41/_ping",
          "GET, /v2.0/_ping",
          "GET, /v1/_ping",
          "GET, /V1.41/_ping",
          "GET, /_PING",
          "POST, /_ping",
          "get, /_ping",
          "OPTIONS, /_ping",
          "TRACE, /_ping",
          "CONNECT, /containers/x/json");

  @ParameterizedTest
  @FieldSource("NOT_OF_THE_FLEET")
  void nothingElsePasses(String call) {
    String[] parts = call.split(", ", 2);

    assertThat(RULES.judge(parts[0], parts[1]))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refused -> assertThat(refused.reason()).contains("expected").isPrintable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all=1&all=1",
        "all=1&all=0",
        "all=1&&",
        "&all=1",
        "all=1;all=0",
        "a%6cl=1",
        "all=%",
        "all=%4",
        "all=%zz",
        "all=%ff",
        "all=\u00e9",
        "filters=%7B%7D",
        "=1"
      })
  void parametersThatCouldBeReadInTwoWaysAreRefused(String query) {
    assertThat(RULES.judge("GET", "/containers/json?filters=" + OURS + "&" + query))
        .isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void filesOfSecretsAreAContainersBelowOneDirectory() {
    for (String query :
        List.of(
            "path=%2Frun%2Fsecrets&noOverwriteDirNonDir=false&copyUIDGID=false",
            "path=/run/secrets")) {
      assertThat(RULES.judge("PUT", "/v1.41/containers/blue-zone1-1/archive?" + query))
          .isEqualTo(new Verdict.JudgeFiles("blue-zone1-1"));
    }
  }

  @Test
  void aContainerIsNamedAfterItsCluster() {
    assertThat(RULES.judge("POST", "/containers/create?name=blue-zone1-1"))
        .isEqualTo(new Verdict.JudgeBody("blue-zone1-1"));
    assertThat(RULES.judge("POST", "/containers/create?name=monitor1"))
        .isEqualTo(
            new Verdict.Refuse("name 'monitor1': expected blue-... of letters, digits, '_.-'"));
    for (String query :
        List.of(
            "",
            "?name=",
            "?name=blue-",
            "?name=/blue-zone1-1",
            "?name=BLUE-zone1-1",
            "?name=blue-%00",
            "?name=blue-a%2Fb",
            "?name=blue-a&name=blue-b",
            "?name=blue-a&platform=linux/amd64",
            "?name=blue-" + "a".repeat(200))) {
      assertThat(RULES.judge("POST", "/containers/create" + query))
          .as(query)
          .isInstanceOf(Verdict.Refuse.class);
    }
  }

  @Test
  void oursIsWhatCarriesTheLabel() throws Exception {
    ObjectMapper json = new ObjectMapper();

    assertThat(RULES.ours(json.readTree("{\"Config\":{\"Labels\":{\"sluice.cluster\":\"blue\"}}}")))
        .isTrue();
    for (String other :
        List.of(
            "{}",
            "{\"Config\":{\"Labels\":null}}",
            "{\"Config\":{\"Labels\":{\"sluice.cluster\":\"green\"}}}",
            "{\"Config\":{\"Labels\":{\"Sluice.cluster\":\"blue\"}}}")) {
      assertThat(RULES.ours(json.readTree(other))).as(other).isFalse();
    }
    assertThat(
            RULES.stranger(
                json.readTree("{\"Config\":{\"Labels\":{\"sluice.cluster\":\"green\"}}}")))
        .contains("it is of cluster 'green', and not of 'blue'");
  }

  /** Cluster blue-a may have a server c-1 that is to be called as blue's a-c-1 is. */
  @Test
  void aNameThatAnotherClustersServerMayHaveIsGivenToAServerAlone() {
    String body = Bodies.LEAST.replace(",\"sluice.server\":\"zone1-1\"", "");
    String server = Bodies.LEAST.replace("zone1-1", "a-c-1");

    assertThat(RULES.create("blue-a-c-1", body.getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refusal ->
                assertThat(refusal.reason())
                    .contains("the server that container 'blue-a-c-1' is named after"));
    assertThat(RULES.create("blue-a-c-1", server.getBytes(UTF_8))).isInstanceOf(Verdict.Pass.class);
  }

  @ParameterizedTest
  @CsvSource({
    "images, Web",
    "images, cafe",
    "images, ''",
    "networks, host",
    "networks, container:x",
    "networks, ''",
    "capabilities, ALL",
    "capabilities, net_raw"
  })
  void whatGivesTheHostAwayCanNotBeAllowed(String key, String word) {
    assertThatThrownBy(() ->
            new CreateRules(
                new TreeSet<>(key.equals("images") ? List.of(word) : List.of()),
                new TreeSet<>(key.equals("networks") ? List.of(word) : List.of()),
                new TreeSet<>(key.equals("capabilities") ? List.of(word) : List.of()),
                false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }
}
