package io.sluice.balancer.limit;

/**
 * How often one client may ask.
 *
 * @param perSecond requests a second in the long run, above 0 to 1,000,000
 * @param burst requests that may come at once, 1 to 1,000,000
 * @param clientsMax how many clients are remembered at once, 1,024 to 16,777,216; each takes 16
 *     bytes
 */
public record ClientRate(double perSecond, int burst, int clientsMax) {
  /** The least number of clients that can be remembered. */
  public static final int CLIENTS_LEAST = 1 << 10;

  /** The largest number of clients that can be remembered. */
  public static final int CLIENTS_MOST = 1 << 24;

  /** 65,536 clients, in 1 MiB. */
  public static final int CLIENTS_MAX_DEFAULT = 1 << 16;

  private static final double MOST = 1e6;

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ClientRate {
    if (!(perSecond > 0) || perSecond > MOST) {
      throw new IllegalArgumentException(
          "requests a second %s: expected above 0 to 1000000".formatted(perSecond));
    }
    if (burst < 1 || burst > MOST) {
      throw new IllegalArgumentException("burst %d: expected 1 to 1000000".formatted(burst));
    }
    if (clientsMax < CLIENTS_LEAST || clientsMax > CLIENTS_MOST) {
      throw new IllegalArgumentException(
          "clients %d: expected %d to %d".formatted(clientsMax, CLIENTS_LEAST, CLIENTS_MOST));
    }
  }
}
