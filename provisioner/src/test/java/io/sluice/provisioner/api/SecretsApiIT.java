package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.NOTHING_MORE;
import static io.sluice.provisioner.api.LeadingApi.assertPaths;
import static io.sluice.provisioner.api.LeadingApi.problem;
import static io.sluice.provisioner.api.LeadingApi.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.secret.KeyFile;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.vault.SealedSecret;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls about secrets, of a monitor that leads {@code zone1}. */
class SecretsApiIT {
  private static final String PASSWORD = "/v1/secrets/db-password";
  private static final String TEMPLATE = "/v1/zones/zone1/template";
  private static final Map<String, String> NEW = Map.of("If-None-Match", "*");
  private static final Map<String, String> ANOTHER = Map.of("If-Match", "*");

  @TempDir private Path folder;
  private LeadingApi api;

  @BeforeEach
  void listen() throws IOException {
    api = new LeadingApi(KeyFile.create(folder.resolve("keys")));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aSecretIsListedByAllButItsValue() throws Exception {
    HttpResponse<String> set =
        api.ask("PUT", PASSWORD, "hunter2", Map.of("Sluice-Actor", "eva", "If-None-Match", "*"));
    assertThat(set.statusCode()).as(set.body()).isEqualTo(201);
    tree(api.ask("PUT", PASSWORD, "hunter3", ANOTHER));

    HttpResponse<String> listed = api.get("/v1/secrets");

    JsonNode secret = tree(listed).path("secrets").path(0);
    assertThat(secret.path("name").asText()).isEqualTo("db-password");
    assertThat(secret.path("version").asInt()).isEqualTo(2);
    assertThat(secret.path("actor").asText()).isEqualTo("api");
    assertThat(secret.path("zones")).isEmpty();
    assertThat(set.body() + listed.body()).doesNotContain("hunter");
  }

  @Test
  void aZoneRollsOverToAnotherValueAndItsSecretCanNotBeRemoved() throws Exception {
    api.ask("PUT", PASSWORD, "hunter2", NEW);
    String template = "container: {secrets: [{name: db-password, variable: PASSWORD}]}";
    assertThat(tree(api.ask("PUT", TEMPLATE, template, NOTHING_MORE)).path("revision").asInt())
        .isEqualTo(2);

    JsonNode rotated = tree(api.ask("PUT", PASSWORD, "hunter3", ANOTHER));

    assertThat(rotated.path("rolledOver").path(0).asText()).isEqualTo("zone1");
    TemplateChanged fact = (TemplateChanged) api.leading.journal().getLast();
    assertThat(fact.revision()).isEqualTo(3);
    assertThat(fact.template().secrets())
        .containsExactly(SecretUse.asVariable(new SecretName("db-password"), "PASSWORD").of(2));
    assertThat(problem(api.ask("DELETE", PASSWORD, "", NOTHING_MORE), 409).path("detail").asText())
        .isEqualTo(
            "secret 'db-password': the template of zone1 uses it; expected a secret that no template"
                + " uses");
  }

  @Test
  void aSecretThatNobodyUsesIsForgotten() throws Exception {
    api.ask("PUT", PASSWORD, "hunter2", NEW);

    assertThat(tree(api.ask("DELETE", PASSWORD, "", NOTHING_MORE)).path("versions").asInt())
        .isEqualTo(1);

    assertThat(problem(api.ask("DELETE", PASSWORD, "", NOTHING_MORE), 404).path("detail").asText())
        .startsWith("secret 'db-password': there is none");
    assertThat(tree(api.get("/v1/secrets")).path("secrets")).isEmpty();
  }

  @Test
  void aNewOneIsNotSetOverOneThatThereIsNorAnotherWhereThereIsNone() throws Exception {
    problem(api.ask("PUT", PASSWORD, "hunter2", ANOTHER), 412);
    api.ask("PUT", PASSWORD, "hunter2", NEW);
    problem(api.ask("PUT", PASSWORD, "hunter3", NEW), 412);
    problem(api.ask("PUT", PASSWORD, "hunter3", Map.of("If-Match", "\"1\"")), 400);
    assertThat(tree(api.ask("PUT", PASSWORD, "hunter3", NOTHING_MORE)).path("version").asInt())
        .isEqualTo(2);
  }

  @Test
  void whatIsNoNameAndWhatIsNoValueIsRefused() throws Exception {
    problem(api.ask("PUT", "/v1/secrets/Password", "hunter2", NEW), 400);
    assertThat(problem(api.ask("PUT", PASSWORD, "", NEW), 422).path("detail").asText())
        .isEqualTo("value of 0 bytes: expected 1 to 65536");
    String large = "x".repeat(SealedSecret.VALUE_BYTES_MAX + 1);
    assertThat(problem(api.ask("PUT", PASSWORD, large, NEW), 422).path("detail").asText())
        .isEqualTo("value of 65537 bytes: expected 1 to 65536");
  }

  @Test
  void onlyOperatorsMayAsk() throws Exception {
    for (String[] call :
        new String[][] {{"GET", "/v1/secrets"}, {"PUT", PASSWORD}, {"DELETE", PASSWORD}}) {
      HttpResponse<String> asked =
          api.ask(call[0], call[1], "", Map.of("Authorization", "Bearer nobody's"));
      problem(asked, 401);
    }
  }

  @Test
  void aTemplateWithASecretThatThereIsNotIsRefused() throws Exception {
    JsonNode problem =
        problem(
            api.ask("PUT", TEMPLATE, "container: {secrets: [{name: token}]}", NOTHING_MORE), 422);

    assertPaths(problem, "container.secrets");
    assertThat(problem.toString()).contains("sluice secret set NAME");
  }

  @Test
  void withoutKeysNothingIsKept() throws Exception {
    try (LeadingApi bare = new LeadingApi()) {
      assertThat(problem(bare.ask("PUT", PASSWORD, "hunter2", NEW), 503).path("detail").asText())
          .startsWith("secret db-password can't be sealed: expected secrets.keys");
    }
  }
}
