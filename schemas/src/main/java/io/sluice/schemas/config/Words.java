package io.sluice.schemas.config;

import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A list of words as one text: blanks separate words, single or double quotes keep blanks within
 * one. Inside quotes nothing but the same quote has a meaning.
 */
public final class Words {
  private static final char NO_QUOTE = 0;

  private Words() {}

  /**
   * The words of a text.
   *
   * @throws IllegalArgumentException if a quote is not closed
   */
  public static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean open = false;
    char quote = NO_QUOTE;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != NO_QUOTE) {
        if (c == quote) {
          quote = NO_QUOTE;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        open = true;
      } else if (!Character.isWhitespace(c)) {
        word.append(c);
        open = true;
      } else if (open) {
        words.add(word.toString());
        word.setLength(0);
        open = false;
      }
    }
    if (quote != NO_QUOTE) {
      throw new IllegalArgumentException("expected every quote to be closed");
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }

  /**
   * The words as one text that {@link #split} takes apart again.
   *
   * @throws IllegalArgumentException if a word has both kinds of quotes, which can't be written
   */
  public static String join(List<String> words) {
    return words.stream().map(Words::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    boolean single = word.indexOf('\'') >= 0;
    boolean doubled = word.indexOf('"') >= 0;
    if (single && doubled) {
      throw new IllegalArgumentException(
          Sentence.of("word %s: expected at most one kind of quote", word));
    }
    boolean blank = word.isEmpty() || word.chars().anyMatch(Character::isWhitespace);
    String quote = single ? "\"" : doubled || blank ? "'" : "";
    return quote + word + quote;
  }
}
