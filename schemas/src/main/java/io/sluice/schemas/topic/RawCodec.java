package io.sluice.schemas.topic;

import io.sluice.schemas.codec.Codec;
import io.sluice.schemas.codec.Decoded;

/** A codec for bytes that are to stay as they are. */
enum RawCodec implements Codec<byte[]> {
  INSTANCE;

  @Override
  public byte[] encode(byte[] value) {
    return value;
  }

  @Override
  public Decoded<byte[]> decode(byte[] bytes) {
    return new Decoded.Value<>(bytes);
  }
}
