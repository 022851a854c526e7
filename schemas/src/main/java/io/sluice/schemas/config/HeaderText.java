package io.sluice.schemas.config;

import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/**
 * Text that a header of HTTP can carry whoever writes it: visible characters of ASCII, with blanks
 * between them. A token of other characters is accepted by nobody's client, or arrives as another
 * one.
 */
public final class HeaderText {
  /** What a token has to be made of, for whoever chose another one. */
  public static final String EXPECTED =
      "characters from ! to ~ with blanks between them, as headers carry them";

  private HeaderText() {}

  /**
   * What of the text no header carries, without the text itself, which is a secret: its first such
   * character and where that is; empty: nothing.
   */
  public static Optional<String> objection(String text) {
    if (!text.equals(text.strip())) {
      return Optional.of(Sentence.of("%d characters long, with blanks around it", text.length()));
    }
    return text.codePoints()
        .filter(each -> each < ' ' || each > '~')
        .mapToObj(found ->
            Sentence.of(
                "%d characters long, with U+%04X as number %d",
                text.length(), found, text.indexOf(found) + 1))
        .findFirst();
  }
}
