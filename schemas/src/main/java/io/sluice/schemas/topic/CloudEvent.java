package io.sluice.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.sluice.schemas.event.FactNames;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.text.Sentence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The attributes with which a fact travels as a CloudEvent, so that other tools can read the log:
 * binary content mode of the CloudEvents 1.0 Kafka protocol binding.
 */
public final class CloudEvent {
  /** The header that says who wrote a fact. */
  public static final String SOURCE = "ce_source";

  /** The header that says which of its source's facts about the zone it is, counted from 1. */
  public static final String SEQUENCE = "ce_sequence";

  /** The header that names the fact's type. */
  public static final String TYPE = "ce_type";

  private static final String TYPE_PREFIX = "io.sluice.";

  private static final Map<Class<?>, String> TYPES =
      Arrays.stream(FactNames.class.getAnnotation(JsonSubTypes.class).value())
          .collect(Collectors.toUnmodifiableMap(JsonSubTypes.Type::value, JsonSubTypes.Type::name));

  private CloudEvent() {}

  /** What the header {@link #TYPE} says of facts of a class. */
  public static String type(Class<? extends FleetEvent> event) {
    String name = TYPES.get(event);
    if (name == null) {
      throw new IllegalStateException(
          Sentence.of("%s: expected a name in the list of fact types", event));
    }
    return TYPE_PREFIX + name;
  }

  /** The stable name of the fact's type, such as {@code server-ready}. */
  public static String type(FleetEvent event) {
    String name = TYPES.get(event.getClass());
    if (name == null) {
      throw new IllegalStateException(
          Sentence.of("%s: expected a name in the list of fact types", event.getClass()));
    }
    return name;
  }

  /**
   * The record headers for a fact.
   *
   * @param id unique for the source
   * @param source who writes it, a URI reference such as {@code /monitors/3}
   */
  public static Map<String, byte[]> headers(FleetEvent event, String id, String source) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0".getBytes(UTF_8));
    headers.put("ce_id", id.getBytes(UTF_8));
    headers.put(TYPE, type(event.getClass()).getBytes(UTF_8));
    headers.put(SOURCE, source.getBytes(UTF_8));
    headers.put("ce_time", event.at().toString().getBytes(UTF_8));
    headers.put("content-type", "application/json".getBytes(UTF_8));
    return headers;
  }

  /**
   * The record headers for a fact of a source whose facts come without a gap, as the CloudEvents
   * extension {@code sequence} has it: numbers with leading zeros, so that their order is also that
   * of their text.
   *
   * @param id unique for the source
   * @param source who writes it; a writer that begins anew is another source
   * @param sequence which of the source's facts about this zone it is, counted from 1
   */
  public static Map<String, byte[]> headers(
      FleetEvent event, String id, String source, long sequence) {
    Map<String, byte[]> headers = headers(event, id, source);
    headers.put(SEQUENCE, Sentence.of("%010d", sequence).getBytes(UTF_8));
    return headers;
  }
}
