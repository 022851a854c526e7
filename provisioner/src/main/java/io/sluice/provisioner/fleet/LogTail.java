package io.sluice.provisioner.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The last lines of a server's log, few and short enough to stand in a sentence: what a server said
 * before it ended is worth more than its exit code, and its log goes with it.
 *
 * @param lines the last ones that were not empty, at most {@value #LINES_MAX}, in order; without
 *     control characters, at most {@value #CHARACTERS_MAX} characters together
 */
public record LogTail(List<String> lines) {
  /** As many lines as somebody reads in an event. */
  public static final int LINES_MAX = 10;

  /** As many characters as a fact should carry of them. */
  public static final int CHARACTERS_MAX = 1_000;

  private static final String COLOURS = "\\x1B\\[[0-9;?]*[A-Za-z]";
  private static final String CUT = "…";

  /** Copies the lines. */
  public LogTail {
    lines = List.copyOf(lines);
  }

  /** Of a log, or of the end of one, as it was printed. */
  public static LogTail of(byte[] printed) {
    List<String> printable =
        new String(printed, UTF_8)
            .lines()
            .map(line -> printable(line).strip())
            .filter(line -> !line.isEmpty())
            .toList();
    List<String> last = new ArrayList<>();
    int room = CHARACTERS_MAX;
    for (String line : printable.reversed()) {
      if (last.size() == LINES_MAX || room <= CUT.length()) {
        break;
      }
      String kept = shortened(line, room);
      last.addFirst(kept);
      room -= kept.length();
    }
    return new LogTail(last);
  }

  /** A line without what a terminal would take for an order. */
  static String printable(String line) {
    return line.replaceAll(COLOURS, "").replaceAll("\\p{Cntrl}+", " ");
  }

  /** A line, or the beginning of it, in so many characters at most, 2 or more. */
  static String shortened(String line, int room) {
    if (line.length() <= room) {
      return line;
    }
    int end = room - CUT.length();
    // Not between the two halves of one character.
    return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + CUT;
  }

  /**
   * Puts what it says behind a reason.
   *
   * @param tail the end of the log; empty: it could not be read, and nothing is added
   */
  public static String append(String reason, Optional<LogTail> tail) {
    return tail.map(known -> reason + "; " + known).orElse(reason);
  }

  /** What it says, as a clause. */
  @Override
  public String toString() {
    return lines.isEmpty()
        ? "it logged nothing"
        : lines.stream().collect(Collectors.joining(" | ", "its log ends: ", ""));
  }
}
