package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.balancer.http.Hop;
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
  private final Hop hop;
  private Optional<String> cookie = Optional.empty();
  private boolean secure;
  private @Nullable ServerSlot gone;
  private long key;

  Affinity(Loop loop, Hop hop) {
    this.loop = loop;
    this.hop = hop;
    this.pick = loop.config().balancing().pick();
    this.sticky = loop.config().balancing().sticky();
  }

  void begin(RequestHead head) {
    cookie = sticky.flatMap(config -> RequestKeys.cookie(head, config.cookie()));
    gone = null;
    secure = sticky.isPresent() && hop.secure(head);
    key = key(head);
  }

  /** What keeps requests together; 0 where nothing does. */
  private long key(RequestHead head) {
    return switch (pick) {
      case HASH_CLIENT -> RequestKeys.text(hop.client(head));
      case HASH_TARGET -> RequestKeys.target(head);
      case ROUND_ROBIN, RANDOM, POWER_OF_TWO, LEAST_REQUESTS, WEIGHTED -> 0;
    };
  }

  /** Nobody is there: whom the client was bound to, if it is this one, matters no more. */
  void gone(ServerSlot server) {
    gone = server;
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

  private boolean stays() {
    ServerSlot bound = cookie.isPresent() ? bound(cookie.get()) : null;
    return bound != null && !bound.equals(gone);
  }

  private @Nullable ServerSlot bound(String value) {
    ServerSlot named = loop.upstreams().aliveNamed(Signer.serverIn(value));
    return named != null && Signer.same(value, named.token()) ? named : null;
  }

  /**
   * The field that binds the client to this server from now on; empty if it is bound already. Whose
   * server is alive stays bound to it, though another one answered this once: it was full, or
   * failed.
   */
  byte[] binding(@Nullable ServerSlot server) {
    if (sticky.isEmpty() || server == null || stays()) {
      return NOTHING;
    }
    String field =
        "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Lax%s\r\n"
            .formatted(sticky.get().cookie(), server.token(), secure ? "; Secure" : "");
    return field.getBytes(US_ASCII);
  }
}
