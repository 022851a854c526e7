package io.sluice.schemas.member;

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
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    boolean port = address.getPort() > 0 && address.getPort() <= PORT_MAX;
    String path = address.getRawPath();
    boolean bare =
        (path == null || path.isEmpty())
            && address.getRawQuery() == null
            && address.getRawFragment() == null
            && address.getRawUserInfo() == null;
    if (!http || !port || !bare || address.getHost() == null) {
      throw new IllegalArgumentException(
          "address '%s' of %s: expected http://host:port".formatted(address, owner));
    }
    return address;
  }
}
