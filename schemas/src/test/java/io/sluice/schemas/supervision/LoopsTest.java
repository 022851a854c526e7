package io.sluice.schemas.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopsTest {
  private static final Duration TURN_MAX = Duration.ofSeconds(5);
  private static final Halt NEVER =
      (loop, cause) -> {
        throw new AssertionError(loop, cause);
      };

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);

  @ParameterizedTest
  @ValueSource(
      classes = {IllegalStateException.class, OutOfMemoryError.class, NoClassDefFoundError.class})
  void aLoopThatEndsByAnythingUnforeseenIsStartedAgain(Class<? extends Throwable> kind)
      throws Exception {
    Throwable unforeseen = kind.getConstructor(String.class).newInstance("unforeseen");
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch again = new CountDownLatch(1);

    try (Loops loops = new Loops(NEVER)) {
      loops.restarting(
          "reader",
          TURN_MAX,
          turns -> {
            if (runs.incrementAndGet() == 1) {
              LoopsTest.<RuntimeException>raise(unforeseen);
            }
            again.countDown();
            new CountDownLatch(1).await();
          });

      again.await();
      LoopState state = loops.states().getFirst();
      assertThat(state.failures()).isEqualTo(1);
      assertThat(state.lastFailure())
          .hasValueSatisfying(text -> assertThat(text).contains("unforeseen"));
      assertThat(state.up()).isTrue();
    }
  }

  @Test
  void aLoopThatRestsAfterAFailureIsNotUp() {
    try (Loops loops = new Loops(NEVER)) {
      loops.restarting(
          "reader",
          TURN_MAX,
          turns -> {
            throw new IllegalStateException("always");
          });

      await().until(() -> loops.states().getFirst().failures() >= 2);
      await().until(() -> !loops.states().getFirst().up());
      assertThat(loops.states().getFirst().describe()).contains("reader", "always");
    }
  }

  @Test
  void aLoopThatMayLeaveSomethingBrokenEndsItsPart() throws Exception {
    CompletableFuture<String> halted = new CompletableFuture<>();

    try (Loops loops =
        new Loops((loop, cause) -> halted.complete(loop + ": " + cause.getMessage()))) {
      Supervised leader =
          loops.halting(
              "leader",
              TURN_MAX,
              turns -> {
                throw new StackOverflowError("too deep");
              });

      assertThat(halted.get()).isEqualTo("leader: too deep");
      await().until(leader::ended);
      assertThat(leader.state().up()).isFalse();
    }
  }

  @Test
  void aLoopThatDoesNotTurnIsNotUp() {
    try (Loops loops = new Loops(NEVER, () -> new Ticks(nanos.get()))) {
      Supervised loop =
          loops.restarting("reader", TURN_MAX, turns -> new CountDownLatch(1).await());
      await().until(() -> loop.state().running());

      nanos.addAndGet(TURN_MAX.toNanos());
      assertThat(loop.state().up()).isTrue();
      nanos.addAndGet(1);
      assertThat(loop.state().up()).isFalse();
      assertThat(loop.state().describe()).contains("stands still", "5000 ms");
    }
  }

  @Test
  void closingEndsTheBodyAndIsNoFailure() {
    Loops loops = new Loops(NEVER);
    Supervised loop = loops.halting("leader", TURN_MAX, turns -> new CountDownLatch(1).await());

    loops.close();

    assertThat(loop.ended()).isTrue();
    assertThat(loop.state().failures()).isZero();
    assertThat(loops.states()).isEmpty();
  }

  @Test
  void aLoopIsClosedWhileItRests() {
    Loops loops = new Loops(NEVER);
    Supervised loop =
        loops.restarting(
            "reader",
            TURN_MAX,
            turns -> {
              throw new IllegalStateException("always");
            });
    await().until(() -> loop.state().failures() >= 1);

    loop.close();

    assertThat(loop.ended()).isTrue();
  }

  @Test
  void pausesDoubleUpToTheirLimit() {
    assertThat(Supervised.pause(1)).isEqualTo(Supervised.PAUSE_FIRST);
    assertThat(Supervised.pause(3)).isEqualTo(Supervised.PAUSE_FIRST.multipliedBy(4));
    assertThat(Supervised.pause(1000)).isEqualTo(Supervised.PAUSE_MAX);
  }

  @Test
  void twoRunningLoopsOfOnePartHaveTwoNames() {
    try (Loops loops = new Loops(NEVER)) {
      loops.restarting("reader", TURN_MAX, turns -> new CountDownLatch(1).await());

      assertThatThrownBy(
              () -> loops.restarting("reader", TURN_MAX, turns -> new CountDownLatch(1).await()))
          .hasMessageContaining("loop 'reader'");
    }
  }

  // The generic exception lets a test throw what a body may not declare.
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable failure) throws E {
    throw (E) failure;
  }
}
