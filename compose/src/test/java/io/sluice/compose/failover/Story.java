package io.sluice.compose.failover;

import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.Tail;
import io.sluice.compose.kafka.Entry;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the journal of a drill says by now. */
record Story(List<FleetEvent> facts) {
  static Story of(DrillCluster cluster) {
    try (Tail<FleetEvent> tail = new Tail<>(KafkaAccess.at(cluster.bootstrap()), Topics.JOURNAL)) {
      return new Story(tail.all().stream().map(Entry::value).toList());
    }
  }

  /** Servers that were started and not stopped. */
  SortedSet<ServerId> recorded() {
    SortedSet<ServerId> servers = new TreeSet<>();
    for (FleetEvent fact : facts) {
      if (fact instanceof ServerStarted started) {
        servers.add(started.server());
      } else if (fact instanceof ServerStopped stopped) {
        servers.remove(stopped.server());
      }
    }
    return servers;
  }

  /** Every start that was recorded. */
  List<ServerId> started() {
    return facts.stream()
        .filter(ServerStarted.class::isInstance)
        .map(fact -> ((ServerStarted) fact).server())
        .toList();
  }

  /** The terms that a zone has seen, in their order. */
  List<Long> epochs(ZoneId zone) {
    return facts.stream()
        .filter(fact -> fact.zone().equals(zone) && fact instanceof LeaderElected)
        .map(fact -> ((LeaderElected) fact).epoch().value())
        .toList();
  }
}
