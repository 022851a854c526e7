package io.sluice.schemas.supervision;

import io.sluice.schemas.time.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The JVM's threads: what lasts has a daemon of its own, what passes a virtual one.
 *
 * @param clock the clock that is told; waiting goes by the system's
 */
record SystemThreads(MonotonicClock clock) implements Threads {
  @Override
  public Task lasting(String name, Runnable body) {
    return new OfThread(Thread.ofPlatform().daemon().name(name).unstarted(body));
  }

  @Override
  public Task passing(String name, Runnable body) {
    return new OfThread(Thread.ofVirtual().name(name).unstarted(body));
  }

  @Override
  public <T> Mailbox<T> mailbox() {
    return new OfQueue<>(new LinkedBlockingQueue<>());
  }

  @Override
  public Latch latch() {
    return new OfCount(new CountDownLatch(1));
  }

  private record OfThread(Thread thread) implements Task {
    @Override
    public void start() {
      thread.start();
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }

    @Override
    public boolean join(Duration most) throws InterruptedException {
      return thread.getState() == Thread.State.NEW || thread.join(most);
    }

    @Override
    public boolean ended() {
      return thread.getState() == Thread.State.TERMINATED;
    }

    @Override
    public boolean current() {
      return Thread.currentThread() == thread;
    }
  }

  private record OfQueue<T>(LinkedBlockingQueue<T> queue) implements Mailbox<T> {
    @Override
    public void add(T item) {
      queue.add(item);
    }

    @Override
    public Optional<T> poll() {
      return Optional.ofNullable(queue.poll());
    }

    @Override
    public Optional<T> poll(Duration most) throws InterruptedException {
      return Optional.ofNullable(queue.poll(most.toNanos(), TimeUnit.NANOSECONDS));
    }

    @Override
    public int size() {
      return queue.size();
    }
  }

  private record OfCount(CountDownLatch count) implements Latch {
    @Override
    public void open() {
      count.countDown();
    }

    @Override
    public boolean isOpen() {
      return count.getCount() == 0;
    }

    @Override
    public boolean await(Duration most) throws InterruptedException {
      return count.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
