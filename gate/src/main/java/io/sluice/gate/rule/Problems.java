package io.sluice.gate.rule;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with a call, in sentences that may stand in an answer and in a line of a log. */
final class Problems {
  /** Who sends more has seen enough. */
  private static final int SENTENCES_MAX = 20;

  private static final int TEXT_MAX = 80;

  private final List<String> sentences = new ArrayList<>();
  private int more;

  /** Notes what is wrong where; what comes from the client is cut if it is long. */
  void add(String where, String value, String expected) {
    if (sentences.size() < SENTENCES_MAX) {
      sentences.add("%s %s: expected %s".formatted(printable(where), printable(value), expected));
    } else {
      more++;
    }
  }

  boolean isEmpty() {
    return sentences.isEmpty();
  }

  /** All of them as one. */
  Verdict.Refuse refusal() {
    String all = String.join("; ", sentences);
    return new Verdict.Refuse(more == 0 ? all : "%s; and %d more".formatted(all, more));
  }

  /** A text in printable ASCII, so that look-alikes and ends of lines show. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && shown.length() < TEXT_MAX; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~') {
        shown.append(c);
      } else {
        shown.append("\\u%04x".formatted((int) c));
      }
    }
    return shown.length() < TEXT_MAX ? shown.toString() : shown + "...";
  }
}
