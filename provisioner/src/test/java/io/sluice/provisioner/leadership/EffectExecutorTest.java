package io.sluice.provisioner.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.plan.Effect;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.vault.SealedSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EffectExecutorTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ServerId SERVER = Samples.server("zone1-1");

  private final HangingFleet fleet = new HangingFleet();
  private final Vault vault = Vault.NONE;
  private final List<Input> results = new CopyOnWriteArrayList<>();
  private final EffectExecutor effects =
      new EffectExecutor(
          new LeaderLoop.Tools(
              fleet, vault, HealthProbe.overSockets(), Threads.ofSystem(), InstantSource.system()),
          new EffectExecutor.Patience(SHORT, SHORT, SHORT),
          results::add,
          thrown -> {
            throw new AssertionError(thrown);
          });

  @AfterEach
  void close() {
    fleet.answer.countDown();
    effects.close();
  }

  @Test
  void aListingThatIsNeverAnsweredHasFailedAndTheNextOneIsAskedFor() {
    perform(new Effect.ListServers());
    awaitResults(1);
    fleet.hangs = false;
    perform(new Effect.ListServers());
    awaitResults(2);

    assertThat(results.getFirst())
        .isEqualTo(new Input.ListFailed("the fleet did not answer within 0 s"));
    assertThat(results.getLast()).isEqualTo(new Input.Listed(List.of(), false));
    assertThat(fleet.interrupted).hasValue(1);
  }

  @Test
  void aFleetThatCanNotBeAskedHowAServerEndedDoesNotKnow() {
    perform(new Effect.AskHowEnded(SERVER));
    awaitResults(1);

    assertThat(results.getFirst()).isEqualTo(new Input.HowEnded(SERVER, Optional.empty()));
    assertThat(fleet.interrupted).hasValue(1);
  }

  @Test
  void aStopThatIsNeverAnsweredHasFailed() {
    perform(new Effect.Stop(SERVER, Duration.ZERO));
    awaitResults(1);

    assertThat(results.getFirst())
        .isEqualTo(new Input.StopFailed(SERVER, "the fleet did not answer within 0 s"));
  }

  @Test
  void aStartThatIsNeverAnsweredHasFailedAndLeavesNothing() {
    perform(
        new Effect.Start(
            ServerSpec.of(SERVER, new Epoch(1), Samples.TEMPLATE, 1, Collections.emptySortedMap()),
            List.of()));
    awaitResults(1);

    assertThat(results.getFirst())
        .isEqualTo(new Input.StartFailed(SERVER, "the fleet did not answer within 0 s"));
    assertThat(fleet.stops).hasValue(1);
  }

  @Test
  void aServerWhoseSecretCanNotBeUnsealedIsNotStarted() {
    SecretUse use = SecretUse.asFile(new SecretName("db-password"), "password").of(3);
    perform(
        new Effect.Start(
            ServerSpec.of(
                SERVER,
                new Epoch(1),
                Samples.TEMPLATE.with(List.of(use)),
                1,
                Collections.emptySortedMap()),
            List.of(new SealedSecret(use.name(), 3, Instant.EPOCH, new Actor("eva"), "c2VhbGVk"))));
    awaitResults(1);

    assertThat(results.getFirst())
        .isInstanceOfSatisfying(
            Input.SecretsSealed.class,
            sealed ->
                assertThat(sealed.reason())
                    .startsWith(
                        "secret db-password of version 3 can't be unsealed: expected secrets.keys"));
    assertThat(fleet.interrupted).hasValue(0);
    assertThat(fleet.stops).hasValue(0);
  }

  private void perform(Effect effect) {
    effects.perform(effect, server -> Optional.empty());
  }

  private void awaitResults(int number) {
    await().atMost(PATIENCE).until(() -> results.size() == number);
  }

  /** A fleet that takes a question and never answers it. */
  private static final class HangingFleet implements ServerFleet {
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger stops = new AtomicInteger();
    private volatile boolean hangs = true;

    private void hang() {
      try {
        if (hangs) {
          answer.await();
        }
      } catch (InterruptedException given) {
        interrupted.incrementAndGet();
        Thread.currentThread().interrupt();
        throw new FleetException("interrupted", given);
      }
    }

    @Override
    public Started start(ServerSpec spec) {
      hang();
      throw new FleetException("refused");
    }

    @Override
    public void stop(ServerId server, Duration grace) {
      stops.incrementAndGet();
      hang();
    }

    @Override
    public Listing list() {
      hang();
      return Listing.of(List.of());
    }

    @Override
    public Optional<Exit> howEnded(ServerId server, Optional<String> handle) {
      hang();
      throw new AssertionError("it hangs");
    }

    @Override
    public Watch watch(Consumer<Exit> listener) {
      return () -> {};
    }

    @Override
    public void close() {}
  }
}
