package io.sluice.schemas.secret;

import io.sluice.schemas.text.Sentence;
import java.util.Comparator;

/**
 * One value that a secret has or had; written {@code db-password/3}, which is the key of its
 * record.
 *
 * @param name the secret
 * @param version counted from 1
 */
public record SecretVersion(SecretName name, int version) implements Comparable<SecretVersion> {
  private static final Comparator<SecretVersion> ORDER =
      Comparator.comparing(SecretVersion::name).thenComparingInt(SecretVersion::version);

  /**
   * Validates the version.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public SecretVersion {
    if (version < 1) {
      throw new IllegalArgumentException(
          Sentence.of("version %d of secret %s: expected 1 or more", version, name));
    }
  }

  /**
   * Reads {@code name/version}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static SecretVersion of(String text) {
    int slash = text.indexOf('/');
    try {
      if (slash > 0) {
        return new SecretVersion(
            new SecretName(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
      }
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(refusal(text), noNumber);
    }
    throw new IllegalArgumentException(refusal(text));
  }

  private static String refusal(String text) {
    return Sentence.of("secret '%.80s': expected name/version", text);
  }

  @Override
  public int compareTo(SecretVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name + "/" + version;
  }
}
