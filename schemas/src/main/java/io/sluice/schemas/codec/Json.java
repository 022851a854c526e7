package io.sluice.schemas.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/**
 * The one way in which Sluice writes JSON: times and durations in ISO-8601, absent optional fields
 * left out, map keys sorted, so that equal values give equal text.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      strict(
              JsonMapper.builder(
                  JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build()))
          .build();
  private static final YAMLMapper YAML = strict(YAMLMapper.builder()).build();

  private Json() {}

  /** The shared mapper for JSON; must not be reconfigured. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The shared mapper for YAML, with the same rules. */
  public static YAMLMapper yaml() {
    return YAML;
  }

  private static <B extends com.fasterxml.jackson.databind.cfg.MapperBuilder<?, B>> B strict(
      B builder) {
    return builder
        .addModule(new JavaTimeModule())
        .addModule(new Jdk8Module())
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
        .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  }
}
