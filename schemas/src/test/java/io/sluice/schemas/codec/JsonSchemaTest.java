package io.sluice.schemas.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sluice.schemas.Samples;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The records and the published JSON Schemas say the same, in both directions. */
class JsonSchemaTest {
  private static final Set<String> ENVELOPE = Set.of("type", "version");

  /** Facts of the first version do not have them, and stay valid. */
  private static final Set<String> ADDED_LATER = Set.of("warming", "idlest");

  static Stream<FleetEvent> facts() {
    return Samples.facts().stream();
  }

  @ParameterizedTest
  @MethodSource("facts")
  void everyFactIsValidUnderTheSchema(FleetEvent fact) throws IOException {
    assertThat(errors("fleet-event", Topics.FLEET_EVENT.encode(fact))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("facts")
  void theSchemaNamesTheFieldsOfTheFactAndNoOthers(FleetEvent fact) throws IOException {
    JsonNode definition = tree("fleet-event").at("/$defs/" + CloudEvent.type(fact));
    Set<String> components = new TreeSet<>(ENVELOPE);
    Set<String> required = new TreeSet<>(ENVELOPE);
    for (RecordComponent component : fact.getClass().getRecordComponents()) {
      components.add(component.getName());
      if (component.getType() != Optional.class && !ADDED_LATER.contains(component.getName())) {
        required.add(component.getName());
      }
    }

    assertThat(names(definition.path("properties"))).isEqualTo(components);
    assertThat(values(definition.path("required"))).isEqualTo(required);
    assertThat(definition.at("/properties/type/const").asText()).isEqualTo(CloudEvent.type(fact));
  }

  @ParameterizedTest
  @MethodSource("facts")
  void aFactWithoutARequiredFieldIsRefusedBySchemaAndCodecAlike(FleetEvent fact)
      throws IOException {
    byte[] bytes = Topics.FLEET_EVENT.encode(fact);
    for (RecordComponent component : fact.getClass().getRecordComponents()) {
      boolean collection =
          java.util.Collection.class.isAssignableFrom(component.getType())
              || java.util.Map.class.isAssignableFrom(component.getType());
      if (component.getType() == Optional.class || collection) {
        continue;
      }
      ObjectNode without = (ObjectNode) Json.mapper().readTree(bytes);
      without.remove(component.getName());
      byte[] damaged = Json.mapper().writeValueAsBytes(without);

      assertThat(errors("fleet-event", damaged)).as(component.getName()).isNotEmpty();
      assertThat(Topics.FLEET_EVENT.decode(damaged))
          .as(component.getName())
          .isInstanceOf(Decoded.Malformed.class);
    }
  }

  @Test
  void theSchemaListsEveryTypeOfFact() throws IOException {
    assertThat(tree("fleet-event").path("oneOf").size())
        .isEqualTo(FleetEvent.class.getPermittedSubclasses().length);
  }

  @Test
  void commandsMembersAndMetricsAreValidUnderTheirSchemas() throws IOException {
    assertThat(errors("scale-command", Topics.SCALE_COMMANDS.value().encode(Samples.command())))
        .isEmpty();
    assertThat(errors("heartbeat", Topics.LEADERSHIP.value().encode(Samples.heartbeat())))
        .isEmpty();
    assertThat(errors("member", Topics.membership(Samples.ZONE).value().encode(Samples.member())))
        .isEmpty();
    assertThat(errors("server-metrics", Topics.METRICS.value().encode(Samples.metrics())))
        .isEmpty();
    byte[] report = Topics.BALANCER_METRICS.value().encode(Samples.balancerMetrics());
    assertThat(errors("balancer-metrics", report)).isEmpty();
    assertThat(BalancerMetrics.isOne(report)).isTrue();
    assertThat(BalancerMetrics.isOne(Topics.METRICS.value().encode(Samples.metrics()))).isFalse();
  }

  @Test
  void theSchemaNamesTheFieldsOfPoliciesRulesLimitsAndEvidence() throws IOException {
    JsonNode facts = tree("fleet-event").path("$defs");
    assertThat(names(facts.at("/policy/properties"))).isEqualTo(components(ZonePolicy.class));
    assertThat(names(facts.at("/limits/properties"))).isEqualTo(components(Limits.class));
    assertThat(names(tree("scale-command").at("/properties/evidence/properties")))
        .isEqualTo(components(Evidence.class));
    for (JsonSubTypes.Type type : ScalingRule.class.getAnnotation(JsonSubTypes.class).value()) {
      Set<String> expected = components(type.value());
      expected.add("type");
      assertThat(facts.at("/rule/oneOf"))
          .filteredOn(rule -> rule.at("/properties/type/const").asText().equals(type.name()))
          .singleElement()
          .satisfies(rule -> assertThat(names(rule.path("properties"))).isEqualTo(expected));
    }
  }

  @Test
  void theSchemasOfCommandsAndMembersNameTheFieldsOfTheRecords() throws IOException {
    assertThat(names(tree("scale-command").path("properties")))
        .isEqualTo(components(Samples.command().getClass()));
    assertThat(names(tree("heartbeat").path("properties")))
        .isEqualTo(components(Samples.heartbeat().getClass()));
    assertThat(names(tree("member").path("properties")))
        .isEqualTo(components(Samples.member().getClass()));
    Set<String> reported = components(BalancerMetrics.class);
    reported.add("version");
    JsonNode report = tree("balancer-metrics");
    assertThat(names(report.path("properties"))).isEqualTo(reported);
    assertThat(names(report.at("/properties/traffic/properties")))
        .isEqualTo(components(BalancerMetrics.Traffic.class));
    assertThat(names(report.at("/properties/servers/additionalProperties/properties")))
        .isEqualTo(components(BalancerMetrics.OfServer.class));
  }

  private static Set<String> components(Class<?> type) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).forEach(names::add);
    return names;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> values(JsonNode array) {
    Set<String> values = new TreeSet<>();
    array.forEach(value -> values.add(value.asText()));
    return values;
  }

  private static java.util.List<com.networknt.schema.Error> errors(String schema, byte[] json)
      throws IOException {
    return schema(schema).validate(new String(json, UTF_8), InputFormat.JSON);
  }

  private static Schema schema(String name) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(tree(name).toString(), InputFormat.JSON);
  }

  private static JsonNode tree(String name) throws IOException {
    try (InputStream stream =
        JsonSchemaTest.class.getResourceAsStream("/io/sluice/schemas/" + name + ".schema.json")) {
      assertThat(stream).as(name).isNotNull();
      return Json.mapper().readTree(stream);
    }
  }
}
