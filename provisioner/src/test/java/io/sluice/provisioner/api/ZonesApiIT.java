package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.NOTHING_MORE;
import static io.sluice.provisioner.api.LeadingApi.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls by which zones come and go, of a monitor that leads {@code zone1}. */
class ZonesApiIT {
  private static final String SHOP =
      """
      zone: shop
      policy: {servers: {min: 2, max: 4}}
      template: {image: "shop:7"}
      """;

  private LeadingApi api;

  @BeforeEach
  void listen() throws IOException {
    api = new LeadingApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aZoneIsThereFromTheOffsetThatTheAnswerNames() throws Exception {
    HttpResponse<String> made = api.ask("POST", "/v1/zones", SHOP, Map.of("Sluice-Actor", "eva"));

    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    assertThat(made.headers().firstValue("Location")).contains("/v1/zones/shop");
    JsonNode answer = Json.mapper().readTree(made.body());
    assertThat(answer.path("stage").asText()).isEqualTo("declared");
    ZoneDeclared fact = (ZoneDeclared) api.at(answer.path("offset"));
    assertThat(fact.actor().name()).isEqualTo("eva");
    assertThat(api.leading.journal())
        .anyMatch(it -> it instanceof PolicyChanged set && set.policy().min() == 2)
        .anyMatch(
            it -> it instanceof TemplateChanged set && set.template().image().equals("shop:7"));
    JsonNode told = Json.mapper().readTree(api.get("/v1/zones/shop").body());
    assertThat(told.at("/life/origin").asText()).isEqualTo("request");
    assertThat(told.path("declared").asBoolean()).isTrue();
  }

  @Test
  void allThatIsWrongWithAZoneIsToldAtOnceAndNothingIsDeclared() throws Exception {
    int facts = api.leading.journal().size();

    JsonNode wrong =
        problem(
            api.ask(
                "POST",
                "/v1/zones",
                "zone: No Name\npolicy: {servers: {min: 4, max: 2}}\ntemplate: {cpus: -1}\nmore: 1",
                NOTHING_MORE),
            422);
    JsonNode nothing = problem(api.ask("POST", "/v1/zones", "{}", NOTHING_MORE), 422);

    assertThat(wrong.path("errors").findValuesAsText("path"))
        .containsExactlyInAnyOrder("zone", "policy.servers.min", "template.cpus", "more");
    assertThat(nothing.path("errors").findValuesAsText("path"))
        .containsExactlyInAnyOrder("zone", "policy", "template");
    assertThat(api.leading.journal()).hasSize(facts);
  }

  @Test
  void nobodySignsAsSluiceItself() throws Exception {
    for (String reserved : List.of("configuration", "sluice")) {
      JsonNode refused =
          problem(api.ask("POST", "/v1/zones", SHOP, Map.of("Sluice-Actor", reserved)), 400);

      assertThat(refused.path("detail").asText())
          .contains("header Sluice-Actor: '" + reserved + "': expected another name");
    }
    assertThat(api.get("/v1/zones/shop").statusCode()).isEqualTo(404);
  }

  @Test
  void aZoneThatIsThereIsNotDeclaredAgain() throws Exception {
    JsonNode there =
        problem(
            api.ask("POST", "/v1/zones", SHOP.replace("zone: shop", "zone: zone1"), NOTHING_MORE),
            409);

    assertThat(there.path("detail").asText()).contains("zone 'zone1' is there already");
  }

  @Test
  void aZoneIsRetiredOnceHoweverOftenThatIsAskedAndTakesNoChangesMeanwhile() throws Exception {
    HttpResponse<String> first =
        api.ask("DELETE", "/v1/zones/zone1", "", Map.of("Sluice-Actor", "eva"));

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    JsonNode answer = Json.mapper().readTree(first.body());
    assertThat(((ZoneRetiring) api.at(answer.path("offset"))).actor().name()).isEqualTo("eva");
    HttpResponse<String> second = api.ask("DELETE", "/v1/zones/zone1", "", NOTHING_MORE);
    assertThat(second.statusCode()).isBetween(200, 202);
    assertThat(Json.mapper().readTree(second.body()).path("changed").asBoolean()).isFalse();
    assertThat(api.ask("PUT", "/v1/zones/zone1/policy", "{}", NOTHING_MORE).statusCode())
        .isIn(404, 409);
    problem(api.ask("DELETE", "/v1/zones/nowhere", "", NOTHING_MORE), 404);
    problem(api.ask("DELETE", "/v1/zones/No%20Name", "", NOTHING_MORE), 404);
  }

  @Test
  void whoHasNotTheOperatorsTokenLetsNoZoneComeOrGo() throws Exception {
    Map<String, String> balancer =
        Map.of("Authorization", "Bearer " + LeadingApi.TOKENS.balancer());

    problem(api.ask("POST", "/v1/zones", SHOP, balancer), 403);
    problem(api.ask("DELETE", "/v1/zones/zone1", "", balancer), 403);
    problem(api.ask("DELETE", "/v1/zones/zone1", "", Map.of("Authorization", "Bearer no")), 401);
  }
}
