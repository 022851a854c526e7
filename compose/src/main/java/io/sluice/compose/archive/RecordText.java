package io.sluice.compose.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.codec.Json;
import io.sluice.topology.history.RawRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record as a JSON object. Bytes that are UTF-8 stand there as text, others in base 64 under
 * another name, and a field is left out where the record has none.
 */
final class RecordText {
  private static final JsonFactory FACTORY = Json.mapper().getFactory();
  private static final int RECORD_BYTES = 1024;
  private static final char REPLACEMENT = '\uFFFD';

  private RecordText() {}

  static byte[] write(String topic, RawRecord record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(RECORD_BYTES);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("topic", topic);
      json.writeNumberField("partition", record.partition());
      json.writeNumberField("offset", record.offset());
      json.writeNumberField("timeMillis", record.time().toEpochMilli());
      bytes(json, "key", record.key());
      bytes(json, "value", record.value());
      SortedMap<String, String> headers = record.headers().all();
      if (!headers.isEmpty()) {
        json.writeObjectFieldStart("headers");
        for (Map.Entry<String, String> header : headers.entrySet()) {
          json.writeStringField(header.getKey(), header.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory can be written to", impossible);
    }
    return bytes.toByteArray();
  }

  /** How the lines of this topic, or of this partition of it, begin. */
  static byte[] beginning(String topic) {
    return "{\"topic\":\"%s\",\"partition\":".formatted(topic).getBytes(UTF_8);
  }

  static byte[] beginning(String topic, int partition) {
    return "{\"topic\":\"%s\",\"partition\":%d,".formatted(topic, partition).getBytes(UTF_8);
  }

  /**
   * Reads a line.
   *
   * @throws IOException if it is no such object; the message says what is wrong
   */
  static Line.Entry read(byte[] bytes, int length) throws IOException {
    Fields fields = new Fields();
    try (JsonParser json = FACTORY.createParser(bytes, 0, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("is no JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        fields.take(json.currentName(), json);
      }
    }
    return fields.entry();
  }

  private static void bytes(JsonGenerator json, String name, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      return;
    }
    String text = new String(bytes, UTF_8);
    // What is not UTF-8 leaves a replacement in the text; but that character may be meant.
    if (text.indexOf(REPLACEMENT) < 0 || Arrays.equals(text.getBytes(UTF_8), bytes)) {
      json.writeStringField(name, text);
    } else {
      json.writeFieldName(name + "Base64");
      json.writeBinary(bytes);
    }
  }

  /** The fields as they are found. */
  private static final class Fields {
    private @Nullable String topic;
    private long partition = -1;
    private long offset = -1;
    private long timeMillis = Long.MIN_VALUE;
    private byte @Nullable [] key;
    private byte @Nullable [] value;
    private final SortedMap<String, String> headers = new TreeMap<>();

    void take(String name, JsonParser json) throws IOException {
      json.nextToken();
      switch (name) {
        case "topic" -> topic = json.getText();
        case "partition" -> partition = json.getIntValue();
        case "offset" -> offset = json.getLongValue();
        case "timeMillis" -> timeMillis = json.getLongValue();
        case "key" -> key = json.getText().getBytes(UTF_8);
        case "keyBase64" -> key = json.getBinaryValue();
        case "value" -> value = json.getText().getBytes(UTF_8);
        case "valueBase64" -> value = json.getBinaryValue();
        case "headers" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String header = json.currentName();
            json.nextToken();
            headers.put(header, json.getText());
          }
        }
        default -> json.skipChildren();
      }
    }

    Line.Entry entry() throws IOException {
      if (topic == null || partition < 0 || offset < 0 || timeMillis == Long.MIN_VALUE) {
        throw new IOException(
            "lacks a topic, a partition, an offset or a time: expected all of them");
      }
      RawRecord record =
          new RawRecord(
              Math.toIntExact(partition),
              offset,
              Instant.ofEpochMilli(timeMillis),
              key,
              value,
              headers);
      return new Line.Entry(topic, record);
    }
  }
}
