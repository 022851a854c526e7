package io.sluice.balancer;

import io.sluice.balancer.pool.PoolInput;
import io.sluice.balancer.pool.PoolOutput;
import io.sluice.balancer.pool.PoolState;
import io.sluice.balancer.pool.Pools;
import io.sluice.balancer.pool.Routing;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the pools: takes inputs in their order, steps, and has the outputs
 * performed. Everybody else reads snapshots.
 */
final class PoolsLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolsLoop.class);
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);
  private static final Duration SETTLE_MAX = Duration.ofSeconds(5);

  private volatile Pools pools;
  private final Consumer<PoolOutput> perform;
  private final BlockingQueue<Work> inputs = new LinkedBlockingQueue<>();

  /** What lies in the queue already: the same a thousand times would be taken in as often. */
  private final Set<Finding> found = ConcurrentHashMap.newKeySet();

  private final Instant startedAt = Instant.now();
  private final long startedNanos = System.nanoTime();
  private final Loops loops;
  private final String name;
  private Optional<Supervised> loop = Optional.empty();
  private volatile PoolState state = PoolState.EMPTY;
  private volatile Routing routing = Routing.EMPTY;
  private volatile boolean closing;

  /** An input, and who waits until it has been taken in. */
  private record Work(PoolInput input, CountDownLatch done) {}

  /** What requests find out about a server, over and over. */
  private record Finding(ServerId server, Class<? extends PoolInput> kind) {
    static Optional<Finding> in(PoolInput input) {
      return switch (input) {
        case PoolInput.Unreachable(var server, String _) -> of(server, input);
        case PoolInput.Broke(var server, String _) -> of(server, input);
        case PoolInput.Silent(var server) -> of(server, input);
        case PoolInput.Failing(var server, String _) -> of(server, input);
        case PoolInput.Replaced _,
            PoolInput.Changed _,
            PoolInput.Gone _,
            PoolInput.Checked _,
            PoolInput.Drained _,
            PoolInput.MonitorKnown _,
            PoolInput.Tick _ ->
            Optional.empty();
      };
    }

    private static Optional<Finding> of(ServerId server, PoolInput input) {
      return Optional.of(new Finding(server, input.getClass()));
    }
  }

  /**
   * A loop; {@link #start} sets it going.
   *
   * @param name what it is called among the loops
   * @param perform does what an output asks for, on this loop's thread, without blocking it
   */
  PoolsLoop(String name, Pools pools, Consumer<PoolOutput> perform, Loops loops) {
    this.name = name;
    this.loops = loops;
    this.pools = pools;
    this.perform = perform;
  }

  /** From now on the servers are judged by these rules. */
  void become(Pools rules) {
    pools = rules;
  }

  void start() {
    loop = Optional.of(loops.restarting(name, WAIT_MAX.multipliedBy(2), this::run));
  }

  /** Hands in what happened; from any thread, never blocks. */
  void offer(PoolInput input) {
    if (Finding.in(input).map(found::add).orElse(true)) {
      inputs.add(new Work(input, new CountDownLatch(1)));
    }
  }

  /** How many inputs were handed in and not taken in yet. */
  int waiting() {
    return inputs.size();
  }

  /** Waits until all that was handed in before has been taken in; not from the loop's thread. */
  void settle() {
    Work last = new Work(new PoolInput.Tick(), new CountDownLatch(1));
    inputs.add(last);
    try {
      if (!last.done().await(SETTLE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("pools: inputs not taken in within {}", SETTLE_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The latest state. */
  PoolState state() {
    return state;
  }

  /** The latest snapshot for the data path. */
  Routing routing() {
    return routing;
  }

  private void run(Loops.Turns turns) {
    while (!closing) {
      turns.turned();
      try {
        Work next = inputs.poll(waitMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
          step(new PoolInput.Tick());
        } else {
          take(next);
        }
      } catch (InterruptedException closed) {
        return;
      } catch (RuntimeException fault) {
        LOG.error("pools: a step failed by a fault of our own", fault);
      }
    }
  }

  private void take(Work work) {
    // First, so that what is found out while it is taken in is not lost.
    Finding.in(work.input()).ifPresent(found::remove);
    try {
      step(work.input());
    } finally {
      work.done().countDown();
    }
  }

  private void step(PoolInput input) {
    Pools.Step step = pools.step(state, input, now());
    state = step.state();
    for (PoolOutput output : step.outputs()) {
      if (output instanceof PoolOutput.Publish(Routing latest)) {
        routing = latest;
      }
      perform.accept(output);
    }
  }

  private long waitMillis() {
    Duration wait = state.nextWake().map(wake -> Duration.between(now(), wake)).orElse(WAIT_MAX);
    return Math.clamp(wait.toMillis() + 1, 0, WAIT_MAX.toMillis());
  }

  /** Time that never goes back, whatever happens to the system's clock. */
  private Instant now() {
    return startedAt.plusNanos(System.nanoTime() - startedNanos);
  }

  @Override
  public void close() {
    closing = true;
    loop.ifPresent(Supervised::close);
  }
}
