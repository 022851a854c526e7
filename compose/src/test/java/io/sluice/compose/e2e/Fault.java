package io.sluice.compose.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What is done to a container, and how that is undone. */
enum Fault {
  /** Its process dies, and the engine starts it again. */
  KILL_INSIDE,
  /** Somebody kills the container, and starts it again. */
  KILL,
  /** It stands still, and goes on. */
  PAUSE,
  /** It loses networks, and gets them back. */
  DISCONNECT;

  private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(30);

  void strike(String container, List<String> networks) throws IOException, InterruptedException {
    switch (this) {
      // Everything that it may kill: all but the first process, which forwards the end.
      case KILL_INSIDE -> Docker.run("docker", "exec", container, "bash", "-c", "kill -9 -1");
      case KILL -> Docker.run("docker", "kill", container);
      // An engine on cgroup v1 can't freeze a container in the moment in which it forks.
      case PAUSE ->
          await()
              .atMost(PAUSE_PATIENCE)
              .untilAsserted(() -> Docker.run("docker", "pause", container));
      case DISCONNECT -> {
        for (String network : networks) {
          Docker.run("docker", "network", "disconnect", network, container);
        }
      }
    }
  }

  void mend(String container, List<String> networks, String alias)
      throws IOException, InterruptedException {
    switch (this) {
      case KILL_INSIDE -> {}
      case KILL -> Docker.run("docker", "start", container);
      case PAUSE -> Docker.run("docker", "unpause", container);
      case DISCONNECT -> {
        for (String network : networks) {
          Docker.run("docker", "network", "connect", "--alias", alias, network, container);
        }
      }
    }
  }

  /** These, or with {@code -Dcompose.faults=all} every one there is: that takes minutes more. */
  static Stream<Fault> someOrAll(Fault... some) {
    return all() ? Stream.of(values()) : Stream.of(some);
  }

  /** Whether every fault is wanted. */
  static boolean all() {
    return "all".equals(System.getProperty("compose.faults"));
  }

  /** Whether it can be seen for as long as it is not mended. */
  boolean lasts() {
    return this != KILL_INSIDE;
  }
}
