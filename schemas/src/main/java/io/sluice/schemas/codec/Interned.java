package io.sluice.schemas.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The values of short texts that come again and again, such as ids: each is read once and then
 * found by its bytes. It holds a bounded number of them; one that takes the place of another is
 * read again, and nothing else depends on what is held. Used by many threads at once.
 *
 * @param <T> type of the values, which nobody can change
 */
public final class Interned<T> {
  /** Longer texts are read each time. */
  private static final int LENGTH_MAX = 64;

  private static final int PLACES = 1 << 12;
  private static final int HASH = 31;
  private static final int SPREAD = 16;

  // Arrays in a record are compared by identity; nobody compares these.
  @SuppressWarnings("ArrayRecordComponent")
  private record Entry<T>(byte[] text, T value) {}

  private final AtomicReferenceArray<Entry<T>> places = new AtomicReferenceArray<>(PLACES);
  private final Function<String, T> read;

  /**
   * Holds nothing yet.
   *
   * @param read reads a text, and may throw
   */
  public Interned(Function<String, T> read) {
    this.read = read;
  }

  /** The value of the ASCII text in these bytes. */
  public T of(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = HASH * hash + bytes[i];
    }
    int place = (hash ^ (hash >>> SPREAD)) & (PLACES - 1);
    Entry<T> held = places.get(place);
    if (held != null && Arrays.equals(held.text(), 0, held.text().length, bytes, from, to)) {
      return held.value();
    }
    T value = read.apply(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    if (to - from <= LENGTH_MAX) {
      places.set(place, new Entry<>(Arrays.copyOfRange(bytes, from, to), value));
    }
    return value;
  }
}
