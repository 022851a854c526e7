package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StartPlacesTest {
  private static final ServerId SERVER = ServerId.of("zone1-4");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void neverMoreThanSoManyAreStartedAtOnceAndAllAreInTheEnd() {
    StartPlaces places = new StartPlaces(3, PATIENCE);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore mayEnd = new Semaphore(0);
    List<CompletableFuture<Integer>> starts =
        IntStream.range(0, 20)
            .mapToObj(number ->
                CompletableFuture.supplyAsync(
                    () ->
                        places.in(
                            SERVER,
                            () -> {
                              most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                              mayEnd.acquireUninterruptibly();
                              return atOnce.decrementAndGet();
                            }),
                    task -> Thread.ofVirtual().start(task)))
            .toList();

    await().atMost(PATIENCE).until(() -> atOnce.get() == 3);
    mayEnd.release(20);

    CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    assertThat(most).hasValue(3);
  }

  @Test
  void aPlaceIsFreeAgainAfterAFailure() {
    StartPlaces places = new StartPlaces(1, PATIENCE);

    assertThatThrownBy(() ->
            places.in(
                SERVER,
                () -> {
                  throw new FleetException("refused");
                }))
        .hasMessage("refused");
    assertThat(places.in(SERVER, () -> "started")).isEqualTo("started");
  }

  @Test
  void whoeverFindsNoPlaceInTimeIsToldWhy() {
    StartPlaces places = new StartPlaces(1, Duration.ofMillis(20));

    assertThatThrownBy(() -> places.in(SERVER, () -> places.in(SERVER, () -> "started")))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("server zone1-4 is not started: its engine has been busy with 1");
  }
}
