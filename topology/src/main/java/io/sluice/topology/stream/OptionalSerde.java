package io.sluice.topology.stream;

import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A serde for values that may be absent, which is a tombstone on the wire.
 *
 * @param <T> type of the values
 */
public final class OptionalSerde<T> implements Serde<Optional<T>> {
  private final Serde<T> present;

  /** A serde that writes present values with this one. */
  public OptionalSerde(Serde<T> present) {
    this.present = present;
  }

  @Override
  public Serializer<Optional<T>> serializer() {
    Serializer<T> writer = present.serializer();
    return (topic, value) -> encode(writer, topic, value);
  }

  @Override
  public Deserializer<Optional<T>> deserializer() {
    Deserializer<T> reader = present.deserializer();
    return (topic, bytes) -> decode(reader, topic, bytes);
  }

  private static <T> byte @Nullable [] encode(
      Serializer<T> writer, String topic, Optional<T> value) {
    return value.isPresent() ? writer.serialize(topic, value.get()) : null;
  }

  private static <T> Optional<T> decode(
      Deserializer<T> reader, String topic, byte @Nullable [] bytes) {
    return bytes == null ? Optional.empty() : Optional.of(reader.deserialize(topic, bytes));
  }
}
