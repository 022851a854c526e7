package io.sluice.balancer.sticky;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the values of cookies: {@code <server>.<signature>}, the signature being the
 * first 128 bits of HMAC-SHA256. So nobody chooses a server that no balancer gave.
 */
public final class Signer {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SIGNATURE_BYTES = 16;

  private final SecretKeySpec key;

  /** A signer with this secret. */
  public Signer(String secret) {
    this.key = new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM);
  }

  /** The value that binds to the server of this name. */
  public String sign(String server) {
    byte[] whole;
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      whole = mac.doFinal(server.getBytes(UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(ALGORITHM + ": every Java has it", missing);
    }
    byte[] signature = Arrays.copyOf(whole, SIGNATURE_BYTES);
    return server + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  /** Whether two values are the same, told in a time that does not depend on where they differ. */
  public static boolean same(String value, String expected) {
    return MessageDigest.isEqual(value.getBytes(UTF_8), expected.getBytes(UTF_8));
  }

  /** The name of the server in a value, whether or not its signature holds. */
  public static String serverIn(String value) {
    int dot = value.lastIndexOf('.');
    return dot < 0 ? "" : value.substring(0, dot);
  }
}
