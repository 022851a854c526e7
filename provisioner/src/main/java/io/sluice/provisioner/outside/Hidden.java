package io.sluice.provisioner.outside;

import io.sluice.schemas.config.HeaderText;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A password or a token, which no message, log or description shows.
 *
 * @param text what it is
 */
public record Hidden(String text) {
  /** Reads a key, or the file that the key with {@code File} behind it names. */
  static Optional<Hidden> read(Section section, String key) {
    String fileKey = key + "File";
    Optional<String> given = section.token(key);
    Optional<String> inFile = section.value(fileKey, Hidden::content);
    if (section.has(key) && section.has(fileKey)) {
      section.note(fileKey, "beside " + key, "either of them");
    }
    return given.or(() -> inFile).map(Hidden::new);
  }

  private static String content(String file) {
    try {
      String text = Files.readString(Path.of(file)).strip();
      HeaderText.objection(text)
          .ifPresent(found -> {
            throw new IllegalArgumentException(
                "it holds %s: expected %s".formatted(found, HeaderText.EXPECTED));
          });
      return text;
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "can't be read (%s): expected a file with one".formatted(unreadable), unreadable);
    }
  }

  @Override
  public String toString() {
    return KafkaAccess.HIDDEN;
  }
}
