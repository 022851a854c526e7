package io.sluice.schemas.member;

import io.sluice.schemas.text.Sentence;
import java.net.URI;

/** What a network address of ours must look like. */
public final class Addresses {
  private static final int PORT_MAX = 65_535;

  private Addresses() {}

  /**
   * Checks that the address is {@code http://host:port} or {@code https://host:port}, and nothing
   * more.
   *
   * @param owner whose address it is, for the message
   * @throws IllegalArgumentException if it has another form
   */
  public static URI requireHostAndPort(URI address, String owner) {
    if (!isHostAndPort(address)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "address '%s' of %s: expected http://host:port",
              Sentence.shown(address.toString()), owner));
    }
    return address;
  }

  /** Whether the address is {@code http://host:port} or {@code https://host:port}. */
  public static boolean isHostAndPort(URI address) {
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    boolean port = address.getPort() > 0 && address.getPort() <= PORT_MAX;
    String path = address.getRawPath();
    boolean bare =
        (path == null || path.isEmpty())
            && address.getRawQuery() == null
            && address.getRawFragment() == null
            && address.getRawUserInfo() == null;
    return http && port && bare && address.getHost() != null;
  }
}
