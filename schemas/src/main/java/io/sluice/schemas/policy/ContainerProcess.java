package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.text.Sentence;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What runs in a server's container.
 *
 * @param entrypoint the program, with what always stands behind it; empty: the image's
 * @param command the command line, or what stands behind the entry point; empty: the image's, or
 *     nothing behind an entry point, as everywhere in Docker
 * @param user who it runs as, {@code user}, {@code uid}, each with {@code :group} or not; empty:
 *     the image's
 * @param stopSignal what asks it to end, such as {@code SIGQUIT}; empty: the image's
 */
public record ContainerProcess(
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> entrypoint,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<String> command,
    Optional<String> user,
    Optional<String> stopSignal) {
  /** The image's own. */
  public static final ContainerProcess DEFAULT =
      new ContainerProcess(List.of(), List.of(), Optional.empty(), Optional.empty());

  private static final String NAME = "(?:[a-z_][a-z0-9_-]{0,31}|[0-9]{1,9})";
  private static final Pattern USER = Pattern.compile(NAME + "(?::" + NAME + ")?");
  private static final Pattern SIGNAL =
      Pattern.compile(
          "SIG(?:HUP|INT|QUIT|ABRT|USR1|USR2|TERM|CONT|WINCH|PWR|RTMIN(?:\\+(?:[1-9]|1[0-5]))?)");

  /**
   * Validates the values.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ContainerProcess {
    entrypoint = List.copyOf(entrypoint);
    entrypoint.forEach(ContainerProcess::requireWord);
    command = List.copyOf(command);
    user.ifPresent(ContainerProcess::requireUser);
    stopSignal.ifPresent(ContainerProcess::requireSignal);
  }

  /** Another command line of the image's own program and user. */
  public static ContainerProcess of(List<String> command) {
    return new ContainerProcess(List.of(), command, Optional.empty(), Optional.empty());
  }

  static void requireWord(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          Sentence.of("word '%s': expected one without a NUL character", word.replace('\0', '?')));
    }
  }

  static String requireUser(String user) {
    if (!USER.matcher(user).matches()) {
      throw new IllegalArgumentException(
          Sentence.of("user '%s': expected one such as 1000, 1000:33 or www-data", user));
    }
    return user;
  }

  static String requireSignal(String signal) {
    if (!SIGNAL.matcher(signal).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "signal '%s': expected one that asks a process to end, such as SIGTERM or SIGQUIT",
              signal));
    }
    return signal;
  }
}
