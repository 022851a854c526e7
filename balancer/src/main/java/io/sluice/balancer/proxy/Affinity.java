package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestKeys;
import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.sticky.Signer;
import io.sluice.balancer.sticky.StickyConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the requests of one client connection belong: by its cookie, its address or its target. */
final class Affinity {
  private static final byte[] NOTHING = new byte[0];

  private final Loop loop;
  private final PickKind pick;
  private final Optional<StickyConfig> sticky;
  private final long clientHash;
  private Optional<String> cookie = Optional.empty();
  private long key;

  Affinity(Loop loop, String clientAddress) {
    this.loop = loop;
    this.pick = loop.config().balancing().pick();
    this.sticky = loop.config().balancing().sticky();
    this.clientHash = pick == PickKind.HASH_CLIENT ? RequestKeys.text(clientAddress) : 0;
  }

  void begin(RequestHead head) {
    cookie = sticky.flatMap(config -> RequestKeys.cookie(head, config.cookie()));
    key = pick == PickKind.HASH_TARGET ? RequestKeys.target(head) : clientHash;
  }

  /** The server that the request goes to; null if there is none that was not tried. */
  @Nullable ServerSlot choose(List<ServerSlot> tried) {
    if (cookie.isPresent()) {
      ServerSlot bound = bound(cookie.get());
      if (bound != null && loop.upstreams().takes(bound, tried)) {
        loop.upstreams().bound(bound);
        return bound;
      }
    }
    return loop.upstreams().choose(tried, key);
  }

  private @Nullable ServerSlot bound(String value) {
    ServerSlot named = loop.upstreams().aliveNamed(Signer.serverIn(value));
    return named != null && Signer.same(value, named.token()) ? named : null;
  }

  /** The field that binds the client to this server from now on; empty if it is bound already. */
  byte[] binding(@Nullable ServerSlot server) {
    if (sticky.isEmpty() || server == null || cookie.equals(Optional.of(server.token()))) {
      return NOTHING;
    }
    String field =
        "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Lax\r\n"
            .formatted(sticky.get().cookie(), server.token());
    return field.getBytes(US_ASCII);
  }
}
