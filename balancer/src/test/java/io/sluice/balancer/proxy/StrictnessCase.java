package io.sluice.balancer.proxy;

import java.util.List;

/**
 * One row of the table of strictness.
 *
 * @param section of RFC 9112, or another one if it says so
 * @param what is sent
 * @param outcome what comes of it
 * @param bytes what is sent, with {@code ^} for CRLF and {@code ~} for LF
 */
record StrictnessCase(String section, String what, Outcome outcome, String bytes) {
  /** What comes of a message. */
  sealed interface Outcome {
    /** It is passed on. */
    record Accepted() implements Outcome {}

    /**
     * It is passed on, but not as it came.
     *
     * @param how in words
     * @param holds what then stands in it
     * @param lacks what does not stand in it any more
     */
    record Repaired(String how, List<String> holds, List<String> lacks) implements Outcome {}

    /** It is not passed on. */
    record Refused(int status) implements Outcome {}

    /** The client's connection is cut off, since the head has been passed on. */
    record CutOff() implements Outcome {}
  }

  static StrictnessCase accepts(String section, String what, String bytes) {
    return new StrictnessCase(section, what, new Outcome.Accepted(), bytes);
  }

  static StrictnessCase refuses(int status, String section, String what, String bytes) {
    return new StrictnessCase(section, what, new Outcome.Refused(status), bytes);
  }

  static StrictnessCase cutsOff(String section, String what, String bytes) {
    return new StrictnessCase(section, what, new Outcome.CutOff(), bytes);
  }

  StrictnessCase repaired(String how, List<String> holds, List<String> lacks) {
    return new StrictnessCase(section, what, new Outcome.Repaired(how, holds, lacks), bytes);
  }

  String raw() {
    return bytes.replace("^", "\r\n").replace("~", "\n");
  }

  /** The row as it stands in the documentation. */
  String row() {
    String came =
        switch (outcome) {
          case Outcome.Accepted() -> "accepted";
          case Outcome.Repaired(String how, var _, var _) -> "repaired: " + how;
          case Outcome.Refused(int status) -> "refused, " + status;
          case Outcome.CutOff() -> "cut off";
        };
    return "| %s | %s | %s |".formatted(section, what.replace("|", "\\|"), came);
  }

  @Override
  public String toString() {
    return section + " " + what;
  }
}
