package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/**
 * Where and how a server is spoken to in its container.
 *
 * @param port where it listens, 1 to {@value #PORT_MAX}
 * @param protocol what it speaks there
 */
public record ServerPort(int port, ServerProtocol protocol) {
  /** The highest port there is. */
  public static final int PORT_MAX = 65_535;

  /**
   * Validates the port.
   *
   * @throws IllegalArgumentException if it is out of its range
   */
  public ServerPort {
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException(Sentence.of("port %d: expected 1 to %d", port, PORT_MAX));
    }
  }

  /** A port at which HTTP/1.1 is spoken. */
  public static ServerPort of(int port) {
    return new ServerPort(port, ServerProtocol.HTTP1);
  }

  /** Reads a port of any version: earlier ones knew HTTP/1.1 alone. */
  @JsonCreator
  static ServerPort read(
      @JsonProperty("port") int port, @JsonProperty("protocol") Optional<ServerProtocol> protocol) {
    return new ServerPort(port, protocol.orElse(ServerProtocol.HTTP1));
  }
}
