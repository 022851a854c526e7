package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema of a policy and those who read policies say the same. */
class PolicySchemaTest {
  private static final JsonNode TREE = tree();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(TREE.toString(), InputFormat.JSON);

  /** Where the schema describes an object, and a text whose reading tells the keys of that one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /properties                          | {nonsense: 1}
          /properties/servers/properties       | {servers: {nonsense: 1}}
          /properties/stabilisation/properties | {stabilisation: {nonsense: 1}}
          /properties/coolDown/properties      | {coolDown: {nonsense: 1}}
          /properties/rate/properties          | {rate: {nonsense: 1}}
          /$defs/band/properties               | {rules: [{type: step, bands: [{nonsense: 1}]}]}
          /$defs/threshold/properties          | {rules: [{type: threshold, nonsense: 1}]}
          /$defs/targetRule/properties         | {rules: [{type: target, nonsense: 1}]}
          /$defs/step/properties               | {rules: [{type: step, nonsense: 1}]}
          /$defs/schedule/properties           | {rules: [{type: schedule, nonsense: 1}]}
          /$defs/predictive/properties         | {rules: [{type: predictive, nonsense: 1}]}
          /$defs/idle/properties               | {rules: [{type: idle, nonsense: 1}]}
          """)
  void theSchemaNamesTheKeysThatAreReadAndNoOthers(String place, String text) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> Policies.parse("test", text));
    Set<String> read = new TreeSet<>();
    refused.problems().stream()
        .filter(problem -> problem.path().endsWith("nonsense"))
        .flatMap(problem -> Stream.of(problem.expected().replace("one of ", "").split(", ")))
        .forEach(read::add);

    Set<String> described = new TreeSet<>();
    TREE.at(place).fieldNames().forEachRemaining(described::add);
    assertThat(described).isNotEmpty().isEqualTo(read);
  }

  @Test
  void theSchemaNamesTheTypesOfRulesThatAreRead() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> Policies.parse("test", "{rules: [{type: magic}]}"));
    List<String> types = new ArrayList<>();
    TREE.at("/$defs/rule/properties/type/enum").forEach(type -> types.add(type.asText()));

    assertThat(refused.problems().getFirst().expected())
        .isEqualTo("one of " + String.join(", ", types));
    assertThat(TREE.at("/$defs/rule/oneOf")).hasSize(types.size());
  }

  @Test
  void theDefaultsOfTheSchemaAreThoseThatHold() throws JsonProcessingException {
    JsonNode holds = Json.mapper().valueToTree(Policies.describe(ZonePolicy.DEFAULT));
    int compared = 0;
    for (var property : TREE.path("properties").properties()) {
      JsonNode held = holds.path(property.getKey());
      if (property.getValue().has("default")) {
        assertDefault(property.getKey(), property.getValue().get("default"), held);
        compared++;
      }
      for (var inner : property.getValue().path("properties").properties()) {
        if (inner.getValue().has("default")) {
          assertDefault(inner.getKey(), inner.getValue().get("default"), held.get(inner.getKey()));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(14);
  }

  private static void assertDefault(String key, JsonNode described, JsonNode held)
      throws JsonProcessingException {
    // As text with sorted keys, since 70 and 70.0 are two nodes and one number.
    assertThat(sorted(described)).as(key).isEqualTo(sorted(held).replace(".0", ""));
  }

  private static String sorted(JsonNode tree) throws JsonProcessingException {
    return Json.mapper().writeValueAsString(Json.mapper().convertValue(tree, Object.class));
  }

  @ParameterizedTest
  @CsvSource({"threshold", "targetRule", "step", "schedule", "predictive", "idle"})
  void theDefaultsOfARuleAreThoseThatHoldInItsShortestForm(String rule)
      throws JsonProcessingException {
    JsonNode definition = TREE.at("/$defs/" + rule);
    JsonNode example = definition.at("/examples/0");
    ObjectNode shortest = Json.mapper().createObjectNode();
    definition
        .path("required")
        .forEach(key -> shortest.set(key.asText(), example.get(key.asText())));
    definition
        .at("/anyOf/0/required")
        .forEach(key -> shortest.set(key.asText(), example.get(key.asText())));
    int min = rule.equals("idle") ? 0 : ZonePolicy.MIN_DEFAULT;
    ZonePolicy policy =
        Policies.parse("test", "{\"servers\":{\"min\":" + min + "},\"rules\":[" + shortest + "]}");
    JsonNode holds = Json.mapper().valueToTree(Policies.describe(policy)).at("/rules/0");

    for (var property : definition.path("properties").properties()) {
      JsonNode described =
          property.getValue().path("$ref").asText().endsWith("/metric")
              ? TREE.at("/$defs/metric/default")
              : property.getValue().path("default");
      if (!described.isMissingNode()) {
        assertDefault(property.getKey(), described, holds.get(property.getKey()));
      }
    }
  }

  static Stream<String> examples() {
    List<String> examples = new ArrayList<>();
    TREE.path("examples").forEach(example -> examples.add(example.toString()));
    for (JsonNode definition : TREE.path("$defs")) {
      for (JsonNode example : definition.path("examples")) {
        if (example.has("type")) {
          boolean sleeps = example.path("type").asText().equals("idle");
          String servers = sleeps ? "\"servers\":{\"min\":0}," : "";
          examples.add("{" + servers + "\"rules\":[" + example + "]}");
        }
      }
    }
    assertThat(examples).hasSizeGreaterThan(6);
    return examples.stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleOfTheSchemaIsAPolicy(String example) throws JsonProcessingException {
    assertThat(errors(example)).isEmpty();
    assertThat(Policies.parse("example", example)).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void whatIsDescribedIsValidToo(String example) throws JsonProcessingException {
    ZonePolicy policy = Policies.parse("example", example);

    assertThat(errors(Json.mapper().writeValueAsString(Policies.describe(policy)))).isEmpty();
  }

  @Test
  void everyPolicyOfTheDocumentationIsRightForBoth() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "docs", "policies"))) {
      List<Path> policies = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      for (Path policy : policies) {
        String text = Files.readString(policy);
        assertThat(errors(text)).as("%s", policy).isEmpty();
        assertThat(Policies.parse(policy.toString(), text)).isNotNull();
      }
      assertThat(policies).hasSizeGreaterThanOrEqualTo(5);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{servers: {min: 0, max: 1}}",
        "{servers: {min: 5}}",
        "{window: PT10S}",
        "{window: 3600s}",
        "{rules: []}",
        "{warmUp: 0s, stabilisation: {out: 30s, in: 1h}, coolDown: {out: 1d, in: 250ms}}",
        "{rate: {out: 1}}",
        "{victims: least-loaded, dryRun: true}",
        "{rules: [{type: threshold, metric: queue_length, above: 5, below: -2.5}]}",
        "{rules: [{type: target, target: 0.5, tolerance: 0}]}",
        "{rules: [{type: step, bands: [{to: 20, change: -1}, {from: 70, change: 2}]}]}",
        "{rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, max: 2}]}",
        "{rules: [{type: predictive, target: 60, season: 1h, interval: 1m, horizon: 5m, act: true}]}",
        "{servers: {min: 0}, rules: [{type: idle, after: 10m}]}",
      })
  void whatIsRightIsRightForBoth(String policy) throws JsonProcessingException {
    assertThat(errors(policy)).isEmpty();
    assertThat(Policies.parse("test", policy)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{replicas: 3}",
        "{servers: 3}",
        "{servers: {min: -1}}",
        "{servers: {max: 0}}",
        "{servers: {max: 1000001}}",
        "{servers: {max: 2.5}}",
        "{servers: {minimum: 1}}",
        "{window: soon}",
        "{window: 10}",
        "{window: '10 s'}",
        "{warmUp: -5s}",
        "{rules: {type: threshold}}",
        "{rules: [{metric: cpu}]}",
        "{rules: [{type: magic}]}",
        "{rules: [{type: threshold, target: 5}]}",
        "{rules: [{type: threshold, metric: CPU}]}",
        "{rules: [{type: threshold, above: high}]}",
        "{rules: [{type: threshold}, {type: threshold}]}",
      })
  void whatIsWrongInItsFormIsWrongForBoth(String policy) throws JsonProcessingException {
    assertWrongForBoth(policy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{rules: [{type: target}]}",
        "{rules: [{type: target, target: 0}]}",
        "{rules: [{type: target, target: 60, tolerance: 1.5}]}",
        "{rules: [{type: target, metric: queue, target: 60, tolerance: 1}]}",
        "{rules: [{type: step, bands: [{change: 1}]}]}",
        "{rules: [{type: schedule, timezone: UTC, start: 0 8 * * *, end: 0 9 * * *}]}",
        "{rules: [{type: step}]}",
        "{rules: [{type: step, bands: []}]}",
        "{rules: [{type: step, bands: [{from: 70}]}]}",
        "{rules: [{type: step, bands: [{from: 70, change: 10001}]}]}",
        "{rules: [{type: schedule, start: 0 8 * * *, end: 0 9 * * *}]}",
        "{rules: [{type: schedule, timezone: UTC, start: 0 8 * *, end: 0 9 * * *}]}",
        "{rules: [{type: predictive}]}",
        "{servers: {min: 0}, rules: [{type: idle, after: never}]}",
        "{rules: [{type: predictive, target: 60, act: perhaps}]}",
        "{rate: {out: 0}}",
        "{victims: random}",
        "{dryRun: maybe}",
      })
  void whatLacksSomethingOrIsOutOfItsRangeIsWrongForBoth(String policy)
      throws JsonProcessingException {
    assertWrongForBoth(policy);
  }

  private static void assertWrongForBoth(String policy) throws JsonProcessingException {
    assertThat(errors(policy)).isNotEmpty();
    assertThat(catchThrowableOfType(ConfigException.class, () -> Policies.parse("test", policy)))
        .isNotNull();
  }

  private static List<com.networknt.schema.Error> errors(String policy)
      throws JsonProcessingException {
    return SCHEMA.validate(Json.yaml().readTree(policy).toString(), InputFormat.JSON);
  }

  private static JsonNode tree() {
    try {
      return Json.mapper().readTree(Policies.jsonSchema());
    } catch (JsonProcessingException malformed) {
      throw new IllegalStateException(malformed);
    }
  }
}
