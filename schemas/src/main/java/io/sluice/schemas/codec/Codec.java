package io.sluice.schemas.codec;

/**
 * Turns values of one type into bytes and back. Encoding is deterministic: equal values give equal
 * bytes. A codec has no state and can be used by many threads.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {
  /** The bytes of a value. */
  byte[] encode(T value);

  /** The value that the bytes stand for, or what is wrong with them. Never throws. */
  Decoded<T> decode(byte[] bytes);
}
