package io.sluice.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.app.App;
import io.sluice.app.AppConfig;
import io.sluice.app.Http;
import io.sluice.app.live.CurrentSituation;
import io.sluice.app.live.Feed;
import io.sluice.app.process.Burner;
import io.sluice.app.process.RequestCounter;
import io.sluice.app.simulation.Situation;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ServerId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The document and the server say the same. */
class OpenApiIT {
  private static final ServerId SERVER = ServerId.of("zone1-1");

  private final App app =
      App.start(
          new AppConfig(
              SERVER,
              AppConfig.HOST,
              0,
              Optional.empty(),
              Duration.ofMillis(100),
              AppConfig.WORK_MAX,
              10,
              Duration.ofSeconds(1)));
  private final Http http = new Http(app.address());
  private JsonNode document = Json.mapper().createObjectNode();

  @BeforeEach
  void load() throws Exception {
    document = Json.yaml().readTree(http.get("/openapi").body());
  }

  @AfterEach
  void close() {
    http.close();
    app.close();
  }

  @Test
  void everyRouteIsDocumentedAndNothingElseIs() {
    try (Burner burner = new Burner(1, 0)) {
      HttpApi api =
          new HttpApi(
              SERVER,
              Duration.ofSeconds(1),
              new HttpApi.Parts(
                  new Health(),
                  new RequestCounter(),
                  new CurrentSituation(() -> 0, () -> 0),
                  new Feed(),
                  burner));

      assertThat(documented()).isEqualTo(new TreeSet<>(api.described()));
      assertThat(documented()).hasSizeGreaterThanOrEqualTo(10);
    }
  }

  @Test
  void everyDocumentedCallAnswersWithItsDocumentedTypeAndFields() throws Exception {
    for (String call : documented()) {
      String method = call.substring(0, call.indexOf(' '));
      String path = call.substring(call.indexOf(' ') + 1);
      if (path.equals("/events")) {
        continue; // a stream: see the next test
      }
      JsonNode operation = document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));

      HttpResponse<String> answer = http.call(method, path + query(operation), body(operation));

      assertThat(answer.statusCode()).as(call).isEqualTo(200);
      JsonNode content = operation.at("/responses/200/content");
      String type = content.fieldNames().next();
      assertThat(Http.header(answer, "Content-Type")).as(call).startsWith(type);
      if (type.equals("application/json")) {
        matches(Http.json(answer), content.path(type).path("schema"), call);
      }
    }
  }

  @Test
  void theStreamCarriesDocumentedSamples() throws Exception {
    try (Stream<String> lines = http.lines("/events")) {
      String data = lines.filter(line -> line.startsWith("data: [")).findFirst().orElseThrow();

      matches(
          Http.json(data.substring("data: ".length())).get(0),
          document.at("/components/schemas/Sample"),
          "/events");
    }
  }

  @Test
  void aProblemHasTheDocumentedFields() throws Exception {
    matches(Http.json(http.get("/nowhere")), document.at("/components/schemas/Problem"), "problem");
  }

  @Test
  void theDocumentedSituationsAreTheOnesThatThereAre() {
    Set<String> documented = new TreeSet<>();
    document
        .at("/components/schemas/Situation/enum")
        .forEach(name -> documented.add(name.asText()));

    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Situation.values()).map(Situation::wireName).toList());
  }

  private Set<String> documented() {
    Set<String> calls = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> calls.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    return calls;
  }

  /** The answer has every required field, no undocumented one, and so have the objects within. */
  private void matches(JsonNode value, JsonNode reference, String where) {
    JsonNode schema = resolved(reference);
    JsonNode properties = schema.path("properties");
    if (properties.isMissingNode()) {
      return;
    }
    schema
        .path("required")
        .forEach(name -> assertThat(value.has(name.asText())).as(where).isTrue());
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      assertThat(properties.has(field.getKey())).as(where + " " + field.getKey()).isTrue();
      matches(field.getValue(), properties.path(field.getKey()), where + "." + field.getKey());
    }
  }

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.path("$ref").asText().substring(1)) : schema;
  }

  private static String query(JsonNode operation) {
    JsonNode parameter = operation.path("parameters").path(0);
    return parameter.isMissingNode()
        ? ""
        : "?" + parameter.path("name").asText() + "=" + parameter.path("example").asText();
  }

  private static String body(JsonNode operation) {
    JsonNode example =
        operation.at("/requestBody/content").path("application/json").path("example");
    return example.isMissingNode() ? "" : example.toString();
  }
}
