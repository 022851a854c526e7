/**
 * Copies of the leader's knowledge, so that its successor need not read the whole journal. Not
 * pure: Redis.
 *
 * <p>A snapshot is a projection: it can be thrown away and rebuilt. Start with {@link
 * io.sluice.provisioner.snapshot.Snapshots}; {@link io.sluice.provisioner.snapshot.RedisSnapshots}
 * keeps them in Redis, together with what the origin kept there: where each server is, by its id.
 */
@NullMarked
package io.sluice.provisioner.snapshot;

import org.jspecify.annotations.NullMarked;
