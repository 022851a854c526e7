package io.sluice.compose.kafka;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Settings of Kafka clients in a file of Java properties, as Kafka's own tools take it with {@code
 * --command-config}.
 */
public final class KafkaConfigFile {
  private static final String NAME = "[A-Za-z][A-Za-z0-9._-]*";

  private KafkaConfigFile() {}

  /**
   * Reads a file.
   *
   * @throws ConfigException with all that is wrong, and without a value, since passwords are among
   *     them
   */
  public static Map<String, String> read(Path file) {
    Map<String, String> settings = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    load(file)
        .forEach((key, value) -> {
          String name = key.toString();
          if (!name.matches(NAME)) {
            // It may be a part of a password.
            problems.add(malformed());
          } else if (KafkaAccess.OWN.contains(name)) {
            problems.add(new Problem(name, "set", KafkaAccess.NOT_OWN));
          } else {
            settings.put(name, value.toString());
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigException(file.toString(), problems.stream().distinct().toList());
    }
    return settings;
  }

  private static Properties load(Path file) {
    Properties found = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      found.load(reader);
      return found;
    } catch (CharacterCodingException | IllegalArgumentException unintelligible) {
      throw new ConfigException(file.toString(), List.of(malformed()));
    } catch (IOException unreadable) {
      throw new ConfigException(
          file.toString(), List.of(new Problem("(file)", "unreadable", "a file that can be read")));
    }
  }

  private static Problem malformed() {
    return new Problem(
        "(file)", "malformed", "lines name=value, with a \\ at the end of one that goes on");
  }
}
