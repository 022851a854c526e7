package io.sluice.schemas.supervision;

import io.sluice.schemas.time.MonotonicClock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The supervised loops of one part: of a monitor, a balancer, a gateway, a sink.
 *
 * <p>A loop that may be started again without harm is {@link #restarting}; one that may leave
 * something broken behind is {@link #halting}. Both tell when they last turned, so that health
 * shows a loop that hangs as well as one that died.
 */
public final class Loops implements AutoCloseable {
  private final Halt halt;
  private final Threads threads;
  private final ConcurrentHashMap<String, Supervised> loops = new ConcurrentHashMap<>();

  /** What a loop does, from its start to its end. */
  @FunctionalInterface
  public interface Body {
    /**
     * Runs until the loop is closed, which interrupts it. Returning before that is an end in order;
     * anything thrown before that is a failure.
     *
     * @throws Exception whatever it can't handle itself
     */
    void run(Turns turns) throws Exception;
  }

  /** Where a loop's body says that it turns. */
  @FunctionalInterface
  public interface Turns {
    /** Says that the loop goes on; cheap enough for every turn. */
    void turned();
  }

  /** The loops of a part that is ended by {@code halt} when one of them can't go on. */
  public Loops(Halt halt, Threads threads) {
    this.halt = halt;
    this.threads = threads;
  }

  /** The loops of a part that is ended by {@code halt} when one of them can't go on. */
  public Loops(Halt halt, MonotonicClock clock) {
    this(halt, Threads.ofSystem(clock));
  }

  /** The loops of a part that is ended by {@code halt} when one of them can't go on. */
  public Loops(Halt halt) {
    this(halt, Threads.ofSystem());
  }

  /** What the loops run on, for what the part does beside them. */
  public Threads threads() {
    return threads;
  }

  /**
   * Starts a loop that is started again, with growing pauses, when it ends by anything unforeseen.
   *
   * @param name unique within the part; also its thread's
   * @param turnMax how long a turn may take before the loop counts as standing still
   * @throws IllegalArgumentException if the part has a running loop of this name
   */
  public Supervised restarting(String name, Duration turnMax, Body body) {
    return start(new Supervised(name, turnMax, body, threads, Supervised.Failure.RESTARTS));
  }

  /**
   * Starts a loop whose unforeseen end is the end of its part.
   *
   * @param name unique within the part; also its thread's
   * @param turnMax how long a turn may take before the loop counts as standing still
   * @throws IllegalArgumentException if the part has a running loop of this name
   */
  public Supervised halting(String name, Duration turnMax, Body body) {
    return start(new Supervised(name, turnMax, body, threads, new Supervised.Failure.Halts(halt)));
  }

  private Supervised start(Supervised loop) {
    loops.merge(
        loop.name(),
        loop,
        (known, added) -> {
          if (!known.ended()) {
            throw new IllegalArgumentException(
                "loop '"
                    + loop.name()
                    + "': expected a name that no running loop of this part has");
          }
          return added;
        });
    loop.start();
    return loop;
  }

  /** What is known of each loop that was not closed, by name. */
  public List<LoopState> states() {
    return loops.values().stream()
        .filter(loop -> !loop.closed())
        .map(Supervised::state)
        .sorted(Comparator.comparing(LoopState::name))
        .toList();
  }

  /**
   * Ends all loops: interrupts every one first, then waits for them as {@link Supervised#close}.
   */
  @Override
  public void close() {
    loops.values().forEach(Supervised::interrupt);
    loops.values().forEach(Supervised::close);
  }
}
