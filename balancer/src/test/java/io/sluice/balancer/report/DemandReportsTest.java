package io.sluice.balancer.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DemandReportsTest {
  private static final ZoneId ZONE = new ZoneId("zone1");

  private final List<FleetEvent> written = new ArrayList<>();
  private final AtomicBoolean noServer = new AtomicBoolean(true);
  // A clock may begin anywhere, also just before it overflows.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final AtomicInteger full = new AtomicInteger();
  private final DemandReports reports =
      new DemandReports(
          ZONE, new Written(), noServer::get, full::get, () -> 7, nanos::get, Runnable::run);

  private final class Written implements Journal {
    @Override
    public void record(FleetEvent fact) {
      written.add(fact);
    }

    @Override
    public void putAway(DeadLetter where, byte[] key, byte[] value) {
      throw new AssertionError("nothing was unreadable");
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void begin() {
    reports.begin();
  }

  @Test
  void saysNothingBeforeRequestsCanBeCounted() {
    DemandReports early =
        new DemandReports(
            ZONE,
            new Written(),
            noServer::get,
            () -> 0,
            () -> {
              throw new AssertionError("nobody can be counted yet");
            },
            nanos::get,
            Runnable::run);

    early.held();

    assertThat(written).isEmpty();
  }

  @Test
  void saysAtOnceThatRequestsWait() {
    reports.held();

    assertThat(written)
        .singleElement()
        .isInstanceOfSatisfying(
            RequestsWaiting.class,
            fact -> {
              assertThat(fact.zone()).isEqualTo(ZONE);
              assertThat(fact.waiting()).isEqualTo(7);
            });
  }

  @Test
  void saysItAgainEverySecondWhileTheyWaitAndNotMoreOften() {
    for (int i = 0; i < 25; i++) {
      reports.held();
      nanos.addAndGet(100_000_000L);
    }

    assertThat(written).hasSize(3);
  }

  @Test
  void saysNothingWhileAServerIsKnown() {
    noServer.set(false);

    reports.held();

    assertThat(written).isEmpty();
  }

  @Test
  void thatAllServersAreFullIsSaidOnceItHasLastedForASecond() {
    noServer.set(false);
    full.set(3);
    reports.held();
    nanos.addAndGet(DemandReports.EVERY.toNanos() / 2);
    reports.held();
    assertThat(written).isEmpty();

    nanos.addAndGet(DemandReports.EVERY.toNanos() / 2);
    reports.held();

    assertThat(written)
        .singleElement()
        .satisfies(fact -> assertThat(((FleetEvent.RequestsWaiting) fact).servers()).hasValue(3));
  }

  @Test
  void aQueueThatComesAndGoesIsNotSaid() {
    noServer.set(false);
    full.set(3);
    for (int moment = 0; moment < 5; moment++) {
      reports.held();
      nanos.addAndGet(2 * DemandReports.EVERY.toNanos());
    }

    assertThat(written).isEmpty();
  }
}
