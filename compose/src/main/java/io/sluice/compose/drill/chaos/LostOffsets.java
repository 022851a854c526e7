package io.sluice.compose.drill.chaos;

import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.DrillException;
import io.sluice.compose.drill.Patience;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.MonitorId;
import io.sluice.topology.TopologyConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/** Lets offsets be gone, as if they had expired. */
record LostOffsets(DrillCluster cluster) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The leader's are gone while it leads; it dies, so that the next one finds none. */
  void ofLeader() {
    try (Admin admin = admin()) {
      awaitGone(() -> admin.deleteConsumerGroups(Set.of(KafkaSettings.NAME_DEFAULT)).all());
    }
    MonitorId leader = new MonitorId(cluster.shape().parts().monitors());
    cluster.monitor(leader).kill();
    cluster.monitor(leader).restart();
  }

  /** All are gone, while no monitor runs. */
  void ofAll() {
    int monitors = cluster.shape().parts().monitors();
    IntStream.rangeClosed(1, monitors)
        .forEach(id -> cluster.monitor(new MonitorId(id)).terminate());
    try (Admin admin = admin()) {
      awaitGone(() -> admin.deleteConsumerGroups(Set.of(KafkaSettings.NAME_DEFAULT)).all());
      awaitGone(
          () -> admin.deleteStreamsGroups(Set.of(TopologyConfig.APPLICATION_ID_DEFAULT)).all());
    }
    IntStream.rangeClosed(1, monitors).forEach(id -> cluster.monitor(new MonitorId(id)).restart());
  }

  private Admin admin() {
    return KafkaClients.admin(KafkaAccess.at(cluster.bootstrap()), Map.of());
  }

  @FunctionalInterface
  private interface Deletion {
    KafkaFuture<Void> begin();
  }

  /** A member that has just left may still count as one for a moment. */
  private static void awaitGone(Deletion deletion) {
    Patience.await("a group's offsets are gone", PATIENCE, () -> gone(deletion));
  }

  private static boolean gone(Deletion deletion) {
    try {
      deletion.begin().get();
      return true;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof GroupIdNotFoundException) {
        return true;
      }
      if (failed.getCause() instanceof GroupNotEmptyException) {
        return false;
      }
      throw new DrillException("a group's offsets can't be deleted", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DrillException("interrupted while offsets are deleted", interrupted);
    }
  }
}
