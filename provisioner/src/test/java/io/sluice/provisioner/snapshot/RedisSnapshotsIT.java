package io.sluice.provisioner.snapshot;

import static io.sluice.provisioner.Samples.journal;
import static io.sluice.provisioner.Samples.life;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.JournalState;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.Epoch;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.embedded.RedisServer;

class RedisSnapshotsIT {
  private static final JournalState KNOWN =
      journal(life("zone1-1", ServerState.READY), life("zone1-2", ServerState.STARTING));

  private int port;
  private RedisServer server;
  private RedisSnapshots snapshots;
  private RedisClient redis;

  @BeforeEach
  void start() throws IOException {
    port = freePort();
    server = new RedisServer(port);
    server.start();
    snapshots = RedisSnapshots.at(URI.create("redis://127.0.0.1:" + port));
    redis = RedisClient.create("127.0.0.1", port);
  }

  @AfterEach
  void stop() throws IOException {
    redis.close();
    snapshots.close();
    server.stop();
  }

  @Test
  void whatIsSavedIsLoaded() {
    Snapshot snapshot = snapshot("j", 1, 5, 9);

    assertThat(snapshots.load()).isEmpty();
    assertThat(snapshots.save(snapshot)).isTrue();
    assertThat(snapshots.load()).contains(snapshot);
  }

  @Test
  void itNeverGoesBack() {
    Snapshot kept = snapshot("j", 3, 50, 90);
    assertThat(snapshots.save(kept)).isTrue();

    assertThat(snapshots.save(snapshot("j", 2, 60, 99))).as("an older term").isFalse();
    assertThat(snapshots.save(snapshot("j", 3, 49, 99))).as("earlier in one partition").isFalse();
    assertThat(snapshots.save(snapshot("j", 4, 10, 10))).as("a new term, but behind").isFalse();
    assertThat(snapshots.load()).contains(kept);

    assertThat(snapshots.save(kept)).as("the same once more").isTrue();
    assertThat(snapshots.save(snapshot("j", 3, 50, 91))).as("later in one partition").isTrue();
    assertThat(snapshots.save(snapshot("j", 4, 50, 91))).as("a new term").isTrue();
  }

  @Test
  void aJournalThatWasMadeAnewBeginsAnew() {
    assertThat(snapshots.save(snapshot("old", 9, 500, 900))).isTrue();

    assertThat(snapshots.save(snapshot("new", 1, 2, 3))).isTrue();
    assertThat(snapshots.load()).contains(snapshot("new", 1, 2, 3));
  }

  @Test
  void aDamagedSnapshotIsNotLoadedAndIsReplaced() {
    snapshots.save(snapshot("j", 3, 50, 90));
    String text = redis.get(RedisSnapshots.SNAPSHOT_KEY);
    redis.set(RedisSnapshots.SNAPSHOT_KEY, text.replace("\"ready\"", "\"dead\""));
    assertThat(snapshots.load()).isEmpty();

    for (String other : List.of("rubbish", "null", "{}")) {
      redis.set(RedisSnapshots.SNAPSHOT_KEY, other);
      assertThat(snapshots.load()).isEmpty();
    }
    assertThat(snapshots.save(snapshot("j", 1, 1, 1))).isTrue();
    assertThat(snapshots.load()).contains(snapshot("j", 1, 1, 1));
  }

  @Test
  void whereServersAreCanBeLookedUpById() {
    redis.sadd("sluice:zone:zone1", "zone1-9", "what somebody put there");
    redis.hset("sluice:server:zone1-9", "state", "ready");

    snapshots.save(snapshot("j", 1, 1, 1));
    assertThat(redis.smembers("sluice:zone:zone1")).containsExactlyInAnyOrder("zone1-1", "zone1-2");
    assertThat(redis.hgetAll("sluice:server:zone1-9")).isEmpty();
    assertThat(redis.hgetAll("sluice:server:zone1-1"))
        .containsEntry("zone", "zone1")
        .containsEntry("address", "http://127.0.0.1:5001")
        .containsEntry("port", "5001")
        .containsEntry("handle", "handle-zone1-1")
        .containsEntry("state", "ready");

    JournalState later = journal(life("zone1-2", ServerState.READY));
    snapshots.save(Snapshot.of("j", new Epoch(1), Map.of(0, 2L, 1, 2L), later));
    assertThat(redis.smembers("sluice:zone:zone1")).containsExactly("zone1-2");
    assertThat(redis.hgetAll("sluice:server:zone1-1")).isEmpty();
    assertThat(redis.hgetAll("sluice:server:zone1-2")).containsEntry("state", "ready");
  }

  @Test
  void thousandsOfServersAreShownAndHiddenAgain() {
    JournalState large =
        journal(
            IntStream.rangeClosed(1, 2_500)
                .mapToObj(number -> life("zone1-" + number, ServerState.READY))
                .toArray(Samples.Life[]::new));

    snapshots.save(Snapshot.of("j", new Epoch(1), Map.of(0, 1L, 1, 1L), large));
    assertThat(redis.scard("sluice:zone:zone1")).isEqualTo(2_500);
    assertThat(redis.hgetAll("sluice:server:zone1-2500")).containsEntry("state", "ready");

    snapshots.save(snapshot("j", 1, 2, 2));
    assertThat(redis.smembers("sluice:zone:zone1")).containsExactlyInAnyOrder("zone1-1", "zone1-2");
    assertThat(redis.keys("sluice:server:*")).hasSize(2);
  }

  @Test
  void whatSomebodyPutUnderItsKeysIsReplaced() {
    redis.set("sluice:server:zone1-1", "what somebody put there");
    redis.hset("sluice:zone:zone1", "and", "there");
    redis.hset(RedisSnapshots.SNAPSHOT_KEY, "and", "here");

    assertThat(snapshots.load()).isEmpty();
    redis.hset(RedisSnapshots.SNAPSHOT_KEY, "and", "here");
    assertThat(snapshots.save(snapshot("j", 1, 1, 1))).isTrue();

    assertThat(snapshots.trouble()).isEmpty();
    assertThat(snapshots.load()).contains(snapshot("j", 1, 1, 1));
    assertThat(redis.hgetAll("sluice:server:zone1-1")).containsEntry("state", "ready");
    assertThat(redis.smembers("sluice:zone:zone1")).containsExactlyInAnyOrder("zone1-1", "zone1-2");
  }

  @Test
  void whatRedisRefusesIsToldUntilItIsTakenWhateverElseItAnswers() {
    redis.configSet("maxmemory", "1");

    assertThat(snapshots.save(snapshot("j", 1, 1, 1))).isFalse();
    assertThat(snapshots.load()).isEmpty();
    assertThat(snapshots.trouble().orElseThrow()).contains("saving the snapshot", "OOM");

    redis.configSet("maxmemory", "0");
    assertThat(snapshots.save(snapshot("j", 1, 2, 2))).isTrue();
    assertThat(snapshots.trouble()).isEmpty();
  }

  @Test
  void oneOfAnotherPastIsTakenAwaySoThatTheNextIsKept() {
    assertThat(snapshots.save(snapshot("j", 57, 50, 90))).isTrue();
    assertThat(snapshots.save(snapshot("j", 41, 10, 10))).isFalse();

    snapshots.discard();

    assertThat(snapshots.save(snapshot("j", 41, 10, 10))).isTrue();
  }

  @Test
  void whatAnotherLeaderShowedAndWhatWasEmptiedIsShownAnew() {
    snapshots.save(snapshot("j", 1, 1, 1));
    redis.hset("sluice:server:zone1-1", "state", "draining");
    snapshots.save(snapshot("j", 3, 2, 2));
    assertThat(redis.hgetAll("sluice:server:zone1-1")).containsEntry("state", "ready");

    redis.flushAll();
    snapshots.save(snapshot("j", 3, 3, 3));
    assertThat(redis.hgetAll("sluice:server:zone1-1")).containsEntry("state", "ready");
    assertThat(redis.smembers("sluice:zone:zone1")).containsExactlyInAnyOrder("zone1-1", "zone1-2");
  }

  @Test
  void aRestartOfRedisIsAWarningAndPasses() throws IOException {
    assertThat(snapshots.save(snapshot("j", 1, 1, 1))).isTrue();
    server.stop();

    assertThat(snapshots.save(snapshot("j", 1, 2, 2))).isFalse();
    assertThat(snapshots.load()).isEmpty();
    assertThat(snapshots.trouble()).isPresent();

    server = new RedisServer(port);
    server.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> snapshots.save(snapshot("j", 1, 3, 3)));
    assertThat(snapshots.trouble()).isEmpty();
    assertThat(snapshots.load()).contains(snapshot("j", 1, 3, 3));
    // The other client's pooled connections ended with the old server.
    try (RedisClient fresh = RedisClient.create("127.0.0.1", port)) {
      assertThat(fresh.hgetAll("sluice:server:zone1-1")).isNotEmpty();
    }
  }

  private static Snapshot snapshot(String journal, long epoch, long offset0, long offset1) {
    return Snapshot.of(journal, new Epoch(epoch), Map.of(0, offset0, 1, offset1), KNOWN);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
