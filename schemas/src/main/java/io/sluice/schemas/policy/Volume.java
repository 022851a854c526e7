package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server finds at a place in its container: a volume that outlives it, or a directory of its
 * host. Written as in Docker's own {@code -v}: {@code uploads:/var/uploads}, {@code
 * /srv/pages:/usr/share/nginx/html:ro}.
 *
 * @param source the volume's name, or the host directory's path
 * @param target where it stands in the container, an absolute path below /
 * @param readOnly whether it can only be read there
 */
public record Volume(String source, String target, boolean readOnly) {
  private static final String READ_ONLY = ":ro";

  private static final String DIRECTORY = "(?:/(?!\\.{1,2}(?:[/:]|$))[^/:\\p{Cntrl}]+)+";

  /** Docker's own rule for names; one letter alone would be a drive to it. */
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{1,254}";

  private static final Pattern FORM =
      Pattern.compile("(" + NAME + "|" + DIRECTORY + "):(" + DIRECTORY + ")((?::r[ow])?)");

  private static final Pattern PLACE = Pattern.compile(DIRECTORY);

  /**
   * A mount there would cover what the engine has masked: without its own {@code /dev} it masks
   * nothing at all.
   */
  private static final Pattern OF_THE_ENGINE = Pattern.compile("(?s)/(?:proc|sys|dev)(?:/.*)?");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if they have another form
   */
  public Volume {
    if (!FORM.matcher(source + ":" + target).matches() || OF_THE_ENGINE.matcher(target).matches()) {
      throw new IllegalArgumentException(refusal(source + ":" + target));
    }
  }

  /**
   * Reads {@code source:target}, with {@code :ro} behind it or not.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public static Volume of(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(refusal(text));
    }
    return new Volume(parts.group(1), parts.group(2), parts.group(3).equals(READ_ONLY));
  }

  /**
   * A directory of a container, written in the one way that it has: no other spelling of it is the
   * same place to us.
   *
   * @throws IllegalArgumentException if it is written otherwise, or is no directory below /
   */
  static void requirePlace(String path) {
    if (!PLACE.matcher(path).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "writable '%s': expected a directory below /, with no // or .. in it and no / at its end",
              path));
    }
  }

  private static String refusal(String text) {
    return Sentence.of(
        "volume '%s': expected name:/directory or /host/directory:/directory, with :ro behind it to"
            + " be read only, and none of /proc, /sys and /dev",
        text);
  }

  /** Whether it is a directory of the host, and not a volume of its engine. */
  public boolean ofHost() {
    return source.startsWith("/");
  }

  @JsonValue
  @Override
  public String toString() {
    return source + ":" + target + (readOnly ? READ_ONLY : "");
  }
}
