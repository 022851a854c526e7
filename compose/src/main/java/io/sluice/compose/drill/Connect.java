package io.sluice.compose.drill;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether somebody listens. */
public final class Connect {
  private static final int TIMEOUT_MILLIS = 500;

  private Connect() {}

  /**
   * Whether a connection can be made.
   *
   * @param place {@code host:port}
   */
  public static boolean accepts(String place) {
    int colon = place.lastIndexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              place.substring(0, colon), Integer.parseInt(place.substring(colon + 1))),
          TIMEOUT_MILLIS);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
