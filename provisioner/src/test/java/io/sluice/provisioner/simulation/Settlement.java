package io.sluice.provisioner.simulation;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** What has to be so once all faults have been gone for a while. */
final class Settlement {
  private final Surroundings around;
  private final SimulatedTopology decider;
  private final Bystanders bystanders;
  private final Releases releases;
  private final boolean takeover;

  /** What is not so yet. */
  record Lack(Invariant invariant, String what) {}

  Settlement(
      Surroundings around,
      SimulatedTopology decider,
      Bystanders bystanders,
      Releases releases,
      boolean takeover) {
    this.around = around;
    this.decider = decider;
    this.bystanders = bystanders;
    this.releases = releases;
    this.takeover = takeover;
  }

  /** The first thing that is not so yet; empty if the cluster has settled. */
  Optional<Lack> lack() {
    return leaderless()
        .or(this::uncaught)
        .or(this::unexecuted)
        .or(this::mismatch)
        .or(this::unconverged)
        .or(this::troubled);
  }

  private Optional<Lack> leaderless() {
    List<SimulatedMonitor> alive =
        around.monitors().stream().filter(monitor -> monitor.process().up()).toList();
    List<SimulatedMonitor> leaders = alive.stream().filter(SimulatedMonitor::leads).toList();
    if (leaders.size() != 1) {
      return lack(Invariant.ONE_LEADER, "%d monitors lead".formatted(leaders.size()));
    }
    MonitorId leader = leaders.getFirst().id();
    OptionalInt highest =
        alive.stream()
            .filter(monitor -> !monitor.standsBack() || monitor.id().equals(leader))
            .mapToInt(monitor -> monitor.id().value())
            .max();
    if (takeover && leader.value() != highest.orElseThrow()) {
      return lack(Invariant.ONE_LEADER, "monitor %s leads below a higher one".formatted(leader));
    }
    boolean agreed =
        alive.stream().allMatch(monitor -> monitor.leader().equals(Optional.of(leader)));
    return agreed
        ? Optional.empty()
        : lack(Invariant.ONE_LEADER, "not all follow monitor %s".formatted(leader));
  }

  private Optional<Lack> uncaught() {
    for (int partition = 0; partition < around.broker().commands().size(); partition++) {
      long next = around.broker().offsets().getOrDefault(partition, 0L);
      long end = around.broker().commands().get(partition).endOfRecords();
      if (next < end) {
        return lack(
            Invariant.EXACTLY_ONCE,
            "the commands of partition %d are carried out to %d of %d"
                .formatted(partition, next, end));
      }
    }
    return Optional.empty();
  }

  private Optional<Lack> unexecuted() {
    for (ScaleCommand command : around.witness().commands()) {
      for (ServerId server : command.start()) {
        if (around.witness().outcome(server).isEmpty()) {
          return lack(
              Invariant.EXACTLY_ONCE, "nothing came of %s in %s".formatted(server, command.id()));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Lack> mismatch() {
    SortedSet<ServerId> recorded = new TreeSet<>();
    for (Zone zone : around.witness().fleet().zones().values()) {
      for (Server server : zone.servers().values()) {
        if (server.state() != ServerState.READY) {
          return lack(Invariant.NOTHING_LOST, "%s stays %s".formatted(server.id(), server.state()));
        }
        recorded.add(server.id());
      }
    }
    SortedSet<ServerId> kept = around.fleet().kept();
    return recorded.equals(kept) && recorded.equals(around.fleet().running())
        ? Optional.empty()
        : lack(
            Invariant.NOTHING_LOST,
            "the journal has %s, the fleet keeps %s and runs %s"
                .formatted(recorded, kept, around.fleet().running()));
  }

  private Optional<Lack> unconverged() {
    for (ZoneId id : around.cluster().zones()) {
      int wanted = bystanders.wanted(id).orElse(0);
      int has = around.witness().fleet().zone(id).servers().size();
      if (wanted != has || decider.state(id).desired() != wanted) {
        return lack(Invariant.CONVERGES, "%s has %d servers, not %d".formatted(id, has, wanted));
      }
      Optional<String> template = releases.lack(id);
      if (template.isPresent()) {
        return lack(Invariant.CONVERGES, template.get());
      }
    }
    return Optional.empty();
  }

  private Optional<Lack> troubled() {
    return around.witness().fleet().zones().values().stream()
        .filter(zone -> !zone.conditions().isEmpty())
        .findFirst()
        .flatMap(zone ->
            lack(
                Invariant.TRUE_CONDITIONS,
                "%s is in no trouble, and has %s".formatted(zone.id(), zone.conditions())));
  }

  private static Optional<Lack> lack(Invariant invariant, String what) {
    return Optional.of(new Lack(invariant, what));
  }
}
