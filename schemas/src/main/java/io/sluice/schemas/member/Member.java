package io.sluice.schemas.member;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.net.URI;
import java.time.Instant;

/**
 * A server as its zone's balancer sees it; the value of a {@code membership.<zone>} record. A
 * tombstone under the server's key says that it is gone.
 *
 * @param server the server
 * @param address where it serves, {@code http://host:port} without a path; {@code h2c://…} if
 *     HTTP/2 is spoken there
 * @param state whether it takes new requests
 * @param weight its share of the requests relative to the others, 1 to 1000
 * @param since broker's time of the fact that brought it into this state
 */
public record Member(ServerId server, URI address, MemberState state, int weight, Instant since) {
  /** The weight of a server unless somebody says otherwise. */
  public static final int WEIGHT_DEFAULT = 100;

  /**
   * Validates the weight and the address.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Member {
    if (weight < 1 || weight > 1000) {
      throw new IllegalArgumentException(
          Sentence.of("weight %d of server %s: expected 1 to 1000", weight, server));
    }
    Addresses.requireServer(address, "server " + server);
  }
}
