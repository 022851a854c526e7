package io.sluice.schemas.codec;

import io.sluice.schemas.text.Sentence;
import java.util.function.Function;

/**
 * What came out of reading bytes.
 *
 * @param <T> the type of the value
 */
public sealed interface Decoded<T> {
  /** The bytes were understood. */
  record Value<T>(T value) implements Decoded<T> {}

  /**
   * The bytes are well formed, but of a type that this release does not know: a later release wrote
   * them.
   *
   * @param type the name of the type as it stands in the record
   */
  record UnknownType<T>(String type) implements Decoded<T> {}

  /**
   * The bytes can't be read.
   *
   * @param problem what is wrong, for people
   */
  record Malformed<T>(String problem) implements Decoded<T> {}

  /**
   * The value, for readers that can't go on without it.
   *
   * @param failure makes the exception to throw from a sentence that says what is wrong
   */
  default T orElseThrow(Function<String, ? extends RuntimeException> failure) {
    return switch (this) {
      case Value<T>(T value) -> value;
      case UnknownType<T>(String type) ->
          throw failure.apply(Sentence.of("unknown type '%s': written by a later release", type));
      case Malformed<T>(String problem) -> throw failure.apply(problem);
    };
  }
}
