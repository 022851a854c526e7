package io.sluice.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.Comparator;

/**
 * The id of a server, such as {@code zone1-4}: its zone and a number that the zone never gives out
 * twice. It is also the name of the server's container or process.
 *
 * @param zone the zone that the server belongs to for all its life
 * @param number counted from 1 within the zone, at most {@value #NUMBER_MAX}
 */
public record ServerId(ZoneId zone, long number) implements Comparable<ServerId> {
  /** The largest number that has a text form: eighteen nines. */
  public static final long NUMBER_MAX = 999_999_999_999_999_999L;

  private static final int DIGITS_MAX = 18;

  /** 2^64 divided by the golden ratio: multiples of it lie far apart (Knuth, TAOCP 3, 6.4). */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private static final Comparator<ServerId> ORDER =
      Comparator.comparing(ServerId::zone).thenComparingLong(ServerId::number);

  /**
   * Validates the number.
   *
   * @throws IllegalArgumentException if it is below 1 or has more than 18 digits
   */
  public ServerId {
    if (number < 1 || number > NUMBER_MAX) {
      throw new IllegalArgumentException(
          Sentence.of("server number %d of zone '%s': expected 1 to %d", number, zone, NUMBER_MAX));
    }
  }

  /**
   * Reads the form {@code <zone>-<number>}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  @JsonCreator
  public static ServerId of(String text) {
    int hyphen = text.lastIndexOf('-');
    if (hyphen < 1 || !isNumber(text, hyphen + 1)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "server '%s': expected <zone>-<number>, such as zone1-4", Sentence.shown(text)));
    }
    return new ServerId(
        new ZoneId(text.substring(0, hyphen)), Long.parseLong(text, hyphen + 1, text.length(), 10));
  }

  private static boolean isNumber(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > DIGITS_MAX || text.charAt(from) == '0') {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Orders by zone, then by number: {@code zone1-2} comes before {@code zone1-10}. */
  @Override
  public int compareTo(ServerId other) {
    return ORDER.compare(this, other);
  }

  /**
   * Spreads the numbers: zones are called one like the other, and their servers are numbered alike,
   * so that a sum of both would be the same for many.
   */
  @Override
  public int hashCode() {
    return Long.hashCode((number + ((long) zone.hashCode() << Integer.SIZE)) * SPREAD);
  }

  @JsonValue
  @Override
  public String toString() {
    return zone.value() + "-" + number;
  }
}
