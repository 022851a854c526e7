package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.fleet.FleetException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImagePullsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> fetched = new CopyOnWriteArrayList<>();

  @Test
  void anImageIsFetchedOnceForAllWhoWantItAtTheSameTime() {
    CountDownLatch registry = new CountDownLatch(1);
    ImagePulls pulls = new ImagePulls(image -> fetch(image, registry), PATIENCE);
    AtomicInteger asking = new AtomicInteger();
    List<CompletableFuture<Void>> wanted =
        IntStream.range(0, 50)
            .mapToObj(server ->
                CompletableFuture.runAsync(
                    () -> {
                      asking.incrementAndGet();
                      pulls.pull("web:1");
                    },
                    task -> Thread.ofVirtual().start(task)))
            .toList();

    await().atMost(PATIENCE).until(() -> asking.get() == 50 && fetched.size() == 1);
    assertThat(wanted).noneMatch(CompletableFuture::isDone);
    registry.countDown();

    CompletableFuture.allOf(wanted.toArray(CompletableFuture[]::new)).join();
    pulls.pull("web:1");
    assertThat(fetched.size()).isBetween(2, 51);
    assertThat(fetched).containsOnly("web:1");
  }

  @Test
  void otherImagesAreFetchedMeanwhile() {
    CountDownLatch registry = new CountDownLatch(1);
    ImagePulls pulls =
        new ImagePulls(
            image -> fetch(image, image.equals("slow") ? registry : new CountDownLatch(0)),
            PATIENCE);
    CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> pulls.pull("slow"));

    pulls.pull("quick");

    assertThat(fetched).contains("quick");
    registry.countDown();
    slow.join();
  }

  @Test
  void whatCannotBeFetchedIsToldToAllAndTriedAnew() {
    AtomicInteger tries = new AtomicInteger();
    ImagePulls pulls =
        new ImagePulls(
            image -> {
              throw new FleetException("no such image: " + image + " " + tries.incrementAndGet());
            },
            PATIENCE);

    assertThatThrownBy(() -> pulls.pull("x"))
        .isInstanceOf(FleetException.class)
        .hasMessage("no such image: x 1");
    assertThatThrownBy(() -> pulls.pull("x")).hasMessage("no such image: x 2");
  }

  @Test
  void aFetchThatHangsIsWaitedForOnlySoLong() {
    CountDownLatch registry = new CountDownLatch(1);
    ImagePulls pulls = new ImagePulls(image -> fetch(image, registry), Duration.ofMillis(50));

    assertThatThrownBy(() -> pulls.pull("x"))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("image x could not be pulled: not done after");
    registry.countDown();
  }

  private void fetch(String image, CountDownLatch registry) {
    fetched.add(image);
    try {
      registry.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
