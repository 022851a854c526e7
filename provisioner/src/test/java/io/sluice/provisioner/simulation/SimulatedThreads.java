package io.sluice.provisioner.simulation;

import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The threads of one process in virtual time. The product's loops run on them as they are: whatever
 * they wait by is made here.
 */
final class SimulatedThreads implements Threads {
  /** How long a thread may take to get going; milliseconds. */
  private static final long START_MAX = 3;

  private final Cluster cluster;
  private final MonitorProcess process;
  private final int life;
  private final MonotonicClock clock;

  SimulatedThreads(Cluster cluster, MonitorProcess process, MonotonicClock clock) {
    this.cluster = cluster;
    this.process = process;
    this.life = process.life();
    this.clock = clock;
  }

  Dice dice() {
    return cluster.dice();
  }

  /** Does something after so many milliseconds, if these threads still live then. */
  void after(long millis, Runnable work) {
    if (alive()) {
      process.after(millis, work);
    }
  }

  /** Whether their process is in the life that they were begun in. */
  boolean alive() {
    return process.up() && process.life() == life;
  }

  Optional<Coroutine> running() {
    return cluster.scheduler().running();
  }

  void running(Optional<Coroutine> now) {
    cluster.scheduler().running(now);
  }

  private Coroutine current() {
    return running().orElseThrow(() -> new IllegalStateException("nobody who could wait"));
  }

  @Override
  public MonotonicClock clock() {
    return clock;
  }

  @Override
  public Coroutine lasting(String name, Runnable body) {
    return new Coroutine(this, name, 0, body);
  }

  @Override
  public Coroutine passing(String name, Runnable body) {
    return new Coroutine(this, name, START_MAX, body);
  }

  @Override
  public <T> Mailbox<T> mailbox() {
    return new Letters<>(this);
  }

  @Override
  public Latch latch() {
    return new Signal(this);
  }

  @Override
  public void sleep(Duration span) throws InterruptedException {
    sleep(millis(span));
  }

  void sleep(long millis) throws InterruptedException {
    Coroutine me = current();
    var _ = me.prepare();
    me.park(millis);
  }

  /** Waits for ever. */
  void hang() throws InterruptedException {
    Coroutine me = current();
    var _ = me.prepare();
    me.park();
  }

  /**
   * Begins something and waits for its answer, whenever that comes.
   *
   * @throws InterruptedException if whoever waits was interrupted; what was begun goes on
   */
  <T> T answer(Consumer<Consumer<T>> begin) throws InterruptedException {
    Coroutine me = current();
    long mine = me.prepare();
    AtomicReference<Optional<T>> answer = new AtomicReference<>(Optional.empty());
    begin.accept(came ->
        after(
            0,
            () -> {
              if (me.waitsFor(mine)) {
                answer.set(Optional.of(came));
                me.wake(mine);
              }
            }));
    me.park();
    return answer.get().orElseThrow();
  }

  private static long millis(Duration span) {
    return span.plusNanos(999_999).toMillis();
  }

  /** Waits until something is so, as whoever makes it so says, or until the time is over. */
  private void await(Duration most, List<Runnable> told, BooleanSupplier so)
      throws InterruptedException {
    Coroutine.requireUninterrupted();
    long end = cluster.scheduler().now() + millis(most);
    while (!so.getAsBoolean() && cluster.scheduler().now() < end) {
      Coroutine me = current();
      long mine = me.prepare();
      Runnable wake = () -> me.wake(mine);
      told.add(wake);
      try {
        me.park(end - cluster.scheduler().now());
      } finally {
        told.remove(wake);
      }
    }
  }

  private void tell(List<Runnable> told) {
    told.forEach(wake -> after(0, wake));
    told.clear();
  }

  /** Something that happens once. */
  static final class Signal implements Latch {
    private final SimulatedThreads threads;
    private final List<Runnable> told = new ArrayList<>(1);
    private boolean open;

    Signal(SimulatedThreads threads) {
      this.threads = threads;
    }

    @Override
    public void open() {
      open = true;
      threads.tell(told);
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public boolean await(Duration most) throws InterruptedException {
      threads.await(most, told, () -> open);
      return open;
    }
  }

  private static final class Letters<T> implements Mailbox<T> {
    private final SimulatedThreads threads;
    private final List<Runnable> told = new ArrayList<>(1);
    private final Deque<T> letters = new ArrayDeque<>();

    Letters(SimulatedThreads threads) {
      this.threads = threads;
    }

    @Override
    public void add(T item) {
      letters.add(item);
      threads.tell(told);
    }

    @Override
    public Optional<T> poll() {
      return Optional.ofNullable(letters.poll());
    }

    @Override
    public Optional<T> poll(Duration most) throws InterruptedException {
      threads.await(most, told, () -> !letters.isEmpty());
      return poll();
    }

    @Override
    public int size() {
      return letters.size();
    }
  }
}
