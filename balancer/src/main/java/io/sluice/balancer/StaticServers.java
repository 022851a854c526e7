package io.sluice.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The servers that are given by hand. Each gets an id of its zone by its address, so that it is the
 * same one after a restart, for another balancer, and whoever stands beside it: users are bound to
 * ids. Kept in memory only: after a restart they are what the configuration says.
 */
final class StaticServers {
  /** Digits enough that hardly two servers of a zone would have the same number. */
  private static final long NUMBERS = 999_999_999;

  private final ZoneId zone;
  private final Consumer<PoolInput> pools;
  private final Map<URI, ServerId> servers = new LinkedHashMap<>();

  StaticServers(ZoneId zone, Consumer<PoolInput> pools) {
    this.zone = zone;
    this.pools = pools;
  }

  /** Adds and removes; the addresses of all servers afterwards. */
  synchronized List<URI> change(List<URI> adds, List<URI> deletes, Instant now) {
    for (URI address : deletes) {
      ServerId server = servers.remove(address);
      if (server != null) {
        pools.accept(new PoolInput.Gone(server));
      }
    }
    for (URI address : adds) {
      if (!servers.containsKey(address)) {
        ServerId server = id(address);
        servers.put(address, server);
        pools.accept(
            new PoolInput.Changed(
                new Member(server, address, MemberState.READY, Member.WEIGHT_DEFAULT, now)));
      }
    }
    return List.copyOf(servers.keySet());
  }

  /** By a digest of the address; the next one that is free if another address has the same. */
  private ServerId id(URI address) {
    long number = Math.floorMod(digest(address.toString()), NUMBERS) + 1;
    while (servers.containsValue(zone.server(number))) {
      number = number % NUMBERS + 1;
    }
    return zone.server(number);
  }

  private static long digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
