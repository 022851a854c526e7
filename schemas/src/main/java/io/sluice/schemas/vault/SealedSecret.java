package io.sluice.schemas.vault;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.Base64;

/**
 * One value of a secret, as it stands in the topic of secrets: sealed, so that only who holds the
 * keys can read it, and only as the version of the secret that it is.
 *
 * @param name the secret
 * @param version which of its values, counted from 1
 * @param at when it was set, by the leader's clock
 * @param actor who set it
 * @param sealed the sealed value in Base64, at most {@value #SEALED_LENGTH_MAX} characters
 */
@JsonPropertyOrder({"name", "version", "at", "actor", "sealed"})
public record SealedSecret(SecretName name, int version, Instant at, Actor actor, String sealed) {
  /** How large a value may be, in bytes: a certificate with its chain and key is some KB. */
  public static final int VALUE_BYTES_MAX = 65_536;

  /** A value of that size, sealed and in Base64, with room to spare. */
  public static final int SEALED_LENGTH_MAX = 2 * VALUE_BYTES_MAX;

  /**
   * Validates what can be seen from outside.
   *
   * @throws IllegalArgumentException if the version is less than 1, or the sealed value no Base64
   */
  public SealedSecret {
    if (version < 1) {
      throw new IllegalArgumentException(
          Sentence.of("version %d of secret %s: expected 1 or more", version, name));
    }
    if (sealed.isEmpty() || sealed.length() > SEALED_LENGTH_MAX) {
      throw new IllegalArgumentException(
          Sentence.of(
              "sealed value of %d characters: expected 1 to %d",
              sealed.length(), SEALED_LENGTH_MAX));
    }
    try {
      var _ = Base64.getDecoder().decode(sealed);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("sealed value: expected Base64", malformed);
    }
  }

  /** Which value of which secret it is. */
  public SecretVersion id() {
    return new SecretVersion(name, version);
  }
}
