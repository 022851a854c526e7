package io.sluice.topology.stream;

import io.sluice.schemas.codec.Codec;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A codec in the form that Kafka Streams wants for its stores and sinks. Bytes that the codec
 * cannot read are an error here: what is read with it was written with it.
 *
 * @param <T> type of the values
 */
public final class CodecSerde<T> implements Serde<T> {
  private final Codec<T> codec;

  /** A serde that reads and writes with this codec. */
  public CodecSerde(Codec<T> codec) {
    this.codec = codec;
  }

  @Override
  public Serializer<T> serializer() {
    return (topic, value) -> encode(value);
  }

  @Override
  public Deserializer<T> deserializer() {
    return (topic, bytes) -> decode(topic, bytes);
  }

  // Kafka stands for the absent value, such as that of a tombstone, by null.
  private byte @Nullable [] encode(@Nullable T value) {
    return value == null ? null : codec.encode(value);
  }

  private @Nullable T decode(String topic, byte @Nullable [] bytes) {
    return bytes == null
        ? null
        : codec
            .decode(bytes)
            .orElseThrow(problem -> new SerializationException(topic + ": " + problem));
  }
}
