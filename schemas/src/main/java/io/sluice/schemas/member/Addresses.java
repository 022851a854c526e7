package io.sluice.schemas.member;

import io.sluice.schemas.text.Sentence;
import java.net.URI;
import java.util.Set;

/** What a network address of ours must look like. */
public final class Addresses {
  /** The scheme of a server with which HTTP/2 is spoken from the first byte, without TLS. */
  public static final String HTTP2 = "h2c";

  /** The scheme of a server that takes no requests: it is nowhere to be asked. */
  private static final String WORKER = "worker";

  private static final int PORT_MAX = 65_535;
  private static final Set<String> WEB = Set.of("http", "https");
  private static final Set<String> SERVERS = Set.of("http", "https", HTTP2);

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

  /**
   * Checks that the address is one of a server: as above, or {@code h2c://host:port}.
   *
   * @param owner whose address it is, for the message
   * @throws IllegalArgumentException if it has another form
   */
  public static URI requireServer(URI address, String owner) {
    if (!isServer(address)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "address '%s' of %s: expected http://host:port, https://host:port or h2c://host:port",
              Sentence.shown(address.toString()), owner));
    }
    return address;
  }

  /**
   * What stands in the place of the address of a server that takes no requests.
   *
   * @param place where it runs, for people
   */
  public static URI worker(String place) {
    return URI.create(WORKER + "://" + place);
  }

  /** Whether the address is one of a server that takes no requests. */
  public static boolean isWorker(URI address) {
    return WORKER.equals(address.getScheme());
  }

  /** Whether the address is {@code http://host:port} or {@code https://host:port}. */
  public static boolean isHostAndPort(URI address) {
    return hasForm(address, WEB);
  }

  /** Whether the address is one of a server: as above, or {@code h2c://host:port}. */
  public static boolean isServer(URI address) {
    return hasForm(address, SERVERS);
  }

  private static boolean hasForm(URI address, Set<String> schemes) {
    boolean scheme = address.getScheme() != null && schemes.contains(address.getScheme());
    boolean port = address.getPort() > 0 && address.getPort() <= PORT_MAX;
    String path = address.getRawPath();
    boolean bare =
        (path == null || path.isEmpty())
            && address.getRawQuery() == null
            && address.getRawFragment() == null
            && address.getRawUserInfo() == null;
    return scheme && port && bare && address.getHost() != null;
  }
}
