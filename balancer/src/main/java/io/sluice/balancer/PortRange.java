package io.sluice.balancer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports that follow on one another.
 *
 * @param first the first of them, 1 to 65535
 * @param last the last of them, {@code first} to 65535
 */
public record PortRange(int first, int last) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})-(\\d{1,5})");
  private static final int PORT_MAX = 65_535;

  /**
   * Validates the ends.
   *
   * @throws IllegalArgumentException if they are no ports, or in the wrong order
   */
  public PortRange {
    if (first < 1 || last > PORT_MAX || first > last) {
      throw new IllegalArgumentException(
          "ports %d-%d: expected two of 1 to 65535, the lower one first".formatted(first, last));
    }
  }

  /**
   * Reads {@code first-last}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static PortRange parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "ports '%s': expected two ports, such as 9000-9099".formatted(text));
    }
    return new PortRange(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
  }

  /** How many there are. */
  int size() {
    return last - first + 1;
  }

  /** Whether a port is one of them. */
  boolean contains(int port) {
    return port >= first && port <= last;
  }

  /** Whether another range has one of them, too. */
  boolean overlaps(PortRange other) {
    return first <= other.last && other.first <= last;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
