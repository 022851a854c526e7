package io.sluice.balancer.sticky;

/**
 * How users are bound to servers.
 *
 * @param cookie name of the cookie, a token
 * @param key secret with which its value is signed, 16 characters or more; the same for all
 *     balancers of a zone
 */
public record StickyConfig(String cookie, String key) {
  /** The name if none is given. */
  public static final String COOKIE_DEFAULT = "sluice";

  private static final int KEY_LENGTH_MIN = 16;

  /**
   * Validates both.
   *
   * @throws IllegalArgumentException if the name is no token, or the key too short
   */
  public StickyConfig {
    if (!cookie.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "cookie '%s': expected 1 to 64 letters, digits, '_' or '-'".formatted(cookie));
    }
    if (key.length() < KEY_LENGTH_MIN) {
      throw new IllegalArgumentException(
          "key of %d characters: expected %d or more".formatted(key.length(), KEY_LENGTH_MIN));
    }
  }

  /** The name alone: a key is not for logs. */
  @Override
  public String toString() {
    return "StickyConfig[cookie=" + cookie + "]";
  }
}
