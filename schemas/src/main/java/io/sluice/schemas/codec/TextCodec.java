package io.sluice.schemas.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Function;

/**
 * A codec for ids, as plain UTF-8 text without quotes: the form of record keys.
 *
 * @param <T> the type of the values; its {@code toString} is its text
 */
public final class TextCodec<T> implements Codec<T> {
  private static final int PROBLEM_MAX = 500;

  private final Function<String, T> parse;

  /**
   * A codec for values of this form.
   *
   * @param parse reads the text, and throws {@link IllegalArgumentException} if it is malformed
   */
  public TextCodec(Function<String, T> parse) {
    this.parse = parse;
  }

  @Override
  public byte[] encode(T value) {
    return String.valueOf(value).getBytes(UTF_8);
  }

  @Override
  public Decoded<T> decode(byte[] bytes) {
    try {
      return new Decoded.Value<>(parse.apply(new String(bytes, UTF_8)));
    } catch (IllegalArgumentException malformed) {
      String problem = String.valueOf(malformed.getMessage());
      return new Decoded.Malformed<>(
          problem.length() <= PROBLEM_MAX ? problem : problem.substring(0, PROBLEM_MAX) + "…");
    }
  }
}
