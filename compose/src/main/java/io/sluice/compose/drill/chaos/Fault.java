package io.sluice.compose.drill.chaos;

import java.time.Duration;
import java.util.Locale;

/** Something bad that is done to a cluster. */
public sealed interface Fault {
  /** Which process. */
  enum Target {
    LEADER,
    FOLLOWER,
    BALANCER,
    GATEWAY,
    SERVER,
    REDIS,
    BROKER,
    /** One that several brokers have beside them. */
    CONTROLLER
  }

  /** What is done to it. */
  enum Blow {
    /** {@code kill -9}. */
    KILL,
    /** {@code kill -STOP}, and {@code -CONT} later. */
    PAUSE,
    /** {@code kill -TERM}. */
    TERMINATE
  }

  /** Which connection hangs: nothing passes, and nothing is closed. */
  enum Way {
    /** Between the leader and a follower. */
    BETWEEN_MONITORS,
    /** Between the leader and every broker. */
    LEADER_TO_KAFKA,
    /** Between a follower and every broker. */
    FOLLOWER_TO_KAFKA
  }

  /**
   * A process is hurt.
   *
   * @param which of several: the remainder by their number says it, 0 or more
   * @param lasting how long it is paused, or stays away before it is started again; parts that the
   *     leader starts again are left to it
   */
  record OfProcess(Target target, Blow blow, int which, Duration lasting) implements Fault {}

  /** Connections hang for a while. */
  record OfNetwork(Way way, int which, Duration lasting) implements Fault {}

  /** Something is sent that nobody should take. */
  record OfInput(BadInput input, int which) implements Fault {}

  /** What it is, without the name of what it hits. */
  default String kind() {
    return switch (this) {
      case OfProcess(Target target, Blow blow, int _, Duration _) ->
          "%s %s".formatted(word(blow), word(target));
      case OfNetwork(Way way, int _, Duration _) -> "cut " + word(way).replace('_', ' ');
      case OfInput(BadInput input, int _) -> input.sentence();
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
