package io.sluice.balancer.pool;

import io.sluice.schemas.member.Member;
import java.util.Optional;

/**
 * A server in its pool.
 *
 * @param member its last membership record
 * @param target where its requests go
 * @param phase the pool
 * @param lastError the last failure of a check or a connection, for people
 * @param standing what it has shown of itself lately
 */
public record PooledServer(
    Member member, Target target, Phase phase, Optional<String> lastError, Standing standing) {
  PooledServer in(Phase next) {
    return new PooledServer(member, target, next, lastError, standing);
  }

  PooledServer failed(Phase next, String error) {
    return new PooledServer(member, target, next, Optional.of(error), standing);
  }

  PooledServer with(Standing next) {
    return new PooledServer(member, target, phase, lastError, next);
  }
}
