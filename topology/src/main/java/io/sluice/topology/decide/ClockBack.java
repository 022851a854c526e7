package io.sluice.topology.decide;

import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A zone's state moved back to an earlier present: what it remembers of the time ahead happened as
 * long ago as it did, and what is older stays where it is.
 *
 * <p>Ends that a person named ({@link Pause}, {@link ManualHold}) stay as they were named, since
 * they were never of the broker's clock. A forecast learns nothing more until its interval comes
 * again.
 *
 * @param now the present
 * @param shift how far it goes back
 */
record ClockBack(Instant now, Duration shift) {
  static ZoneState apply(ZoneState before, Instant now) {
    ClockBack back = new ClockBack(now, Duration.between(now, before.time()));
    return new ZoneState(
        back.of(before.zone()),
        now,
        before.desired(),
        before.nextNumber(),
        back.of(before.pending()),
        before.stopping(),
        back.of(before.crashLoop()),
        before.pauses(),
        before.manual(),
        back.of(before.recent()),
        new LastChanges(before.changes().out().map(back::of), before.changes().in().map(back::of)),
        before.proposal(),
        before.forecasts(),
        // What was measured ahead of time is measured again.
        LoadState.NONE,
        before.progress(),
        before.census());
  }

  private Instant of(Instant remembered) {
    return remembered.isAfter(now) ? remembered.minus(shift) : remembered;
  }

  private Zone of(Zone zone) {
    SortedMap<ServerId, Server> servers = new TreeMap<>();
    for (Map.Entry<ServerId, Server> server : zone.servers().entrySet()) {
      servers.put(
          server.getKey(),
          server.getValue().of(of(server.getValue().startedAt()), of(server.getValue().since())));
    }
    return zone.with(servers);
  }

  private SortedMap<ServerId, Pending> of(SortedMap<ServerId, Pending> pending) {
    SortedMap<ServerId, Pending> moved = new TreeMap<>();
    pending.forEach((id, asked) -> moved.put(id, new Pending(asked.command(), of(asked.since()))));
    return moved;
  }

  private CrashLoop of(CrashLoop row) {
    return row.last().isAfter(now)
        ? new CrashLoop(row.failures(), of(row.last()), row.notBefore().minus(shift))
        : row;
  }

  private RecentWishes of(RecentWishes recent) {
    return new RecentWishes(
        of(recent.largest()), of(recent.smallest()), recent.waited().map(this::of));
  }

  private List<RecentWishes.Wished> of(List<RecentWishes.Wished> wishes) {
    return wishes.stream()
        .map(wished -> new RecentWishes.Wished(of(wished.at()), wished.servers()))
        .toList();
  }
}
