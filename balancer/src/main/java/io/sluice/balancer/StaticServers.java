package io.sluice.balancer;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The servers that are given by hand; each gets an id of its zone, numbered as they come. Kept in
 * memory only: after a restart they are what the configuration says.
 */
final class StaticServers {
  private final ZoneId zone;
  private final Consumer<PoolInput> pools;
  private final Map<URI, ServerId> servers = new LinkedHashMap<>();
  private long numbers;

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
        ServerId server = zone.server(++numbers);
        servers.put(address, server);
        pools.accept(
            new PoolInput.Changed(
                new Member(server, address, MemberState.READY, Member.WEIGHT_DEFAULT, now)));
      }
    }
    return List.copyOf(servers.keySet());
  }
}
