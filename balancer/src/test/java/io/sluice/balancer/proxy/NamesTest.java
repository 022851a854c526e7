package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamesTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");

  private final AtomicLong clock = new AtomicLong(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final LinkedBlockingQueue<Optional<List<InetAddress>>> answers =
      new LinkedBlockingQueue<>();
  private final Names names = new Names(_ -> answer(), clock::get);

  private List<InetAddress> answer() throws UnknownHostException {
    asked.incrementAndGet();
    try {
      return answers.take().orElseThrow(() -> new UnknownHostException("x"));
    } catch (InterruptedException closed) {
      throw new UnknownHostException("closed");
    }
  }

  private void answers(InetAddress... addresses) {
    answers.add(Optional.of(List.of(addresses)));
  }

  private void fails() {
    answers.add(Optional.empty());
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private InetAddress known() throws Exception {
    return names.of("x").get(5, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    names.close();
  }

  @Test
  void anAddressIsNotAskedFor() throws Exception {
    assertThat(names.of("192.0.2.7").get().getHostAddress()).isEqualTo("192.0.2.7");
    assertThat(names.of("::1").get().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
    assertThat(asked).hasValue(0);
  }

  @Test
  void whoeverAsksAtTheSameTimeWaitsForOneAnswer() throws Exception {
    CompletableFuture<InetAddress> first = names.of("x");
    CompletableFuture<InetAddress> second = names.of("x");
    assertThat(first).isNotDone();

    answers(ONE);

    assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(ONE);
    assertThat(second.get(5, TimeUnit.SECONDS)).isEqualTo(ONE);
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoGivesUpWaitingTakesNothingFromTheOthers() throws Exception {
    CompletableFuture<InetAddress> hasty = names.of("x");
    CompletableFuture<InetAddress> patient = names.of("x");

    hasty.cancel(false);
    answers(ONE);

    assertThat(patient.get(5, TimeUnit.SECONDS)).isEqualTo(ONE);
  }

  @Test
  void whatIsKnownIsUsedWhileTheNameServerTakesItsTime() throws Exception {
    answers(ONE);
    known();

    pass(Names.FRESH.plusMillis(1));
    assertThat(names.of("x")).isCompletedWithValue(ONE);
    answers(TWO);
    await().until(() -> names.of("x").get().equals(TWO));
    assertThat(asked).hasValue(2);
  }

  @Test
  void anAddressOutlivesItsNameServerForAWhile() throws Exception {
    answers(ONE);
    known();

    pass(Names.HELD);
    fails();
    assertThat(names.of("x")).isCompletedWithValue(ONE);
    pass(Duration.ofMillis(1));
    fails();
    await().until(() -> names.of("x").handle((_, failure) -> failure != null).get());
  }

  @Test
  void afterAFailedConnectionTheNameIsAskedForBeforeTheNextOne() throws Exception {
    answers(ONE);
    known();

    names.doubt("x", ONE);
    CompletableFuture<InetAddress> next = names.of("x");
    assertThat(next).isNotDone();
    answers(TWO);
    assertThat(next.get(5, TimeUnit.SECONDS)).isEqualTo(TWO);
  }

  @Test
  void ofSeveralAddressesTheOneThatFailedComesLast() throws Exception {
    answers(ONE, TWO);
    assertThat(known()).isEqualTo(ONE);

    names.doubt("x", ONE);
    answers(ONE, TWO);
    assertThat(known()).isEqualTo(TWO);
  }

  @Test
  void aNameThatIsUnknownFailsAtOnceAndIsAskedForAgain() throws Exception {
    fails();
    assertThat(names.of("x"))
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(UnknownHostException.class);
    answers(ONE);
    assertThat(known()).isEqualTo(ONE);
  }

  @Test
  void anErrorWhileANameIsLookedUpIsNotItsLastLookUp() throws Exception {
    AtomicInteger looked = new AtomicInteger();
    try (Names frail =
        new Names(
            _ -> {
              if (looked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("as the test wants");
              }
              return List.of(ONE);
            },
            clock::get)) {
      assertThat(frail.of("x"))
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(UnknownHostException.class);
      assertThat(frail.of("x").get(5, TimeUnit.SECONDS)).isEqualTo(ONE);
    }
  }

  @Test
  void anAddressThatHasChangedIsKnownAtOnceAfterAFailureWhateverJavaRemembers(
      @TempDir Path directory) throws Exception {
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "192.0.2.1 moving.test\n");
    Process asking =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djdk.net.hosts.file=" + hosts,
                "-cp",
                System.getProperty("java.class.path"),
                MovingName.class.getName(),
                hosts.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(asking.getInputStream().readAllBytes(), US_ASCII);
    assertThat(asking.waitFor()).as(said).isZero();
    assertThat(said).contains("192.0.2.1 then 192.0.2.2");
  }

  /** A process of its own, since Java decides once how long it remembers names. */
  static final class MovingName {
    private MovingName() {}

    /** Asks, has the name moved, doubts, and asks again. */
    public static void main(String[] arguments) throws Exception {
      try (Names names = new Names()) {
        InetAddress first = names.of("moving.test").get();
        Files.writeString(Path.of(arguments[0]), "192.0.2.2 moving.test\n");
        names.doubt("moving.test", first);
        InetAddress second = names.of("moving.test").get();
        System.out.println(first.getHostAddress() + " then " + second.getHostAddress());
      }
    }
  }
}
