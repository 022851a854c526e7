package io.sluice.provisioner.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of what a server printed, for somebody who reads it.
 *
 * @param lines oldest first, without colours and other control characters; a longer one than
 *     {@value #LINE_CHARACTERS_MAX} characters is cut
 * @param earlier whether there is, or may be, something before them that belongs to the piece
 * @param next where the piece ends, in the fleet's own words: what is printed later comes after it
 */
public record ServerLog(List<String> lines, boolean earlier, String next) {
  /** As many lines as are told at once. */
  public static final int LINES_MAX = 1_000;

  /** As many characters of a line as are told; of a stack trace in one line, the beginning. */
  public static final int LINE_CHARACTERS_MAX = 4_096;

  /** As many bytes as are read for one answer. */
  public static final int BYTES_MAX = 256 << 10;

  /** The place before everything that a server prints. */
  public static final String BEGIN = "";

  /** Copies the lines. */
  public ServerLog {
    lines = List.copyOf(lines);
  }

  /**
   * Which piece of it is asked for.
   *
   * @param lines how many lines at most, those that were printed last, 1 to {@value #LINES_MAX}
   * @param after only what comes after this {@link ServerLog#next}; {@value #BEGIN}: all
   */
  public record Piece(int lines, String after) {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Piece {
      if (lines < 1 || lines > LINES_MAX) {
        throw new IllegalArgumentException(
            "%d lines: expected 1 to %d".formatted(lines, LINES_MAX));
      }
    }
  }

  /** Nothing was printed after a place. */
  public static ServerLog nothing(String after) {
    return new ServerLog(List.of(), false, after);
  }

  /**
   * The last of these lines.
   *
   * @param printed lines as they were printed, oldest first
   * @param max how many of them are kept
   * @param cut whether there is something before them already that is not among them
   */
  public static ServerLog last(List<String> printed, int max, boolean cut, String next) {
    List<String> kept = new ArrayList<>();
    for (String line : printed.subList(Math.max(0, printed.size() - max), printed.size())) {
      kept.add(shown(line));
    }
    return new ServerLog(kept, cut || kept.size() < printed.size(), next);
  }

  /** Bytes as lines. */
  public static List<String> lines(byte[] printed) {
    return new String(printed, UTF_8).lines().toList();
  }

  private static String shown(String line) {
    String printable = LogTail.printable(line);
    return LogTail.shortened(printable, LINE_CHARACTERS_MAX);
  }
}
