package io.sluice.balancer.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RequestRatesTest {
  private static final long NOW = Long.MAX_VALUE - 1_000;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private static RequestRates rates(double perSecond, int burst) {
    return new RequestRates(new ClientRate(perSecond, burst, ClientRate.CLIENTS_LEAST), 7, NOW);
  }

  @Test
  void aBurstPassesAndThenTheRateHolds() {
    RequestRates rates = rates(10, 3);

    assertThat(LongStream.range(0, 3).map(_ -> rates.ask(1, NOW))).containsOnly(0L);
    assertThat(rates.ask(1, NOW)).isEqualTo(100 * MILLI);
    assertThat(rates.ask(1, NOW + 99 * MILLI)).isEqualTo(MILLI);
    assertThat(rates.ask(1, NOW + 100 * MILLI)).isZero();
    assertThat(rates.ask(1, NOW + 100 * MILLI)).isPositive();
  }

  @Test
  void whoIsRefusedIsNotPunishedForHavingAsked() {
    RequestRates rates = rates(1, 1);
    assertThat(rates.ask(1, NOW)).isZero();
    for (int i = 0; i < 1000; i++) {
      assertThat(rates.ask(1, NOW + MILLI)).isEqualTo(999 * MILLI);
    }
    assertThat(rates.ask(1, NOW + 1000 * MILLI)).isZero();
  }

  @Test
  void oneClientsRequestsAreNotAnothersFault() {
    RequestRates rates = rates(1, 1);
    assertThat(rates.ask(1, NOW)).isZero();
    assertThat(rates.ask(2, NOW)).isZero();
    assertThat(rates.ask(1, NOW)).isPositive();
  }

  @Property(tries = 50)
  void inTheLongRunNobodyGetsMoreThanTheRateAndTheBurst(
      @ForAll @IntRange(min = 1, max = 1000) int perSecond,
      @ForAll @IntRange(min = 1, max = 50) int burst,
      @ForAll @IntRange(min = 1, max = 5) int seconds) {
    RequestRates rates = rates(perSecond, burst);
    long passed =
        LongStream.range(0, seconds * 5_000L)
            .filter(step -> rates.ask(9, NOW + step * MILLI / 5) == 0)
            .count();
    // Who asks every 0.2 ms, and is let in every 1 ms or later, misses its moment by a fifth at
    // most.
    long granted = (long) perSecond * seconds;
    assertThat(passed).isBetween(granted * 4 / 5, granted + burst + 1);
  }

  @Property(tries = 20)
  void whoKeepsToTheRateIsNeverRefusedHoweverManyOthersCome(@ForAll long seed) {
    RequestRates rates =
        new RequestRates(new ClientRate(10, 1, ClientRate.CLIENTS_LEAST), seed, NOW);
    for (int turn = 0; turn < 50; turn++) {
      long now = NOW + turn * 100L * MILLI;
      assertThat(rates.ask(-1, now)).isZero();
      for (long other = 0; other < 500; other++) {
        rates.ask(turn * 500L + other, now + MILLI);
      }
    }
  }

  @Test
  void ofIpv6TheNetworkOf64BitsIsTheClient() throws Exception {
    assertThat(key("2001:db8::1")).isEqualTo(key("2001:db8::ffff:1"));
    assertThat(key("2001:db8::1")).isNotEqualTo(key("2001:db8:0:1::1"));
    assertThat(key("192.0.2.1")).isNotEqualTo(key("192.0.2.2"));
    assertThat(key("192.0.2.1")).isEqualTo(key("::ffff:192.0.2.1"));
  }

  private static long key(String address) throws Exception {
    return ClientKey.of(InetAddress.getByName(address));
  }

  @Test
  void connectionsAreCountedByClientAndForgottenWithTheLast() {
    ConnectionCounts counts = new ConnectionCounts();
    assertThat(counts.enter(1, 2)).isTrue();
    assertThat(counts.enter(1, 2)).isTrue();
    assertThat(counts.enter(1, 2)).isFalse();
    assertThat(counts.enter(2, 2)).isTrue();
    counts.leave(1);
    assertThat(counts.enter(1, 2)).isTrue();
    counts.leave(1);
    counts.leave(1);
    counts.leave(2);
    assertThat(counts.clients()).isZero();
  }

  @Test
  void limitsThatCanNotBeAreRefused() {
    assertThatThrownBy(() -> new ClientRate(0, 1, 1024)).hasMessageContaining("requests a second");
    assertThatThrownBy(() -> new ClientRate(Double.NaN, 1, 1024)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new ClientRate(1, 0, 1024)).hasMessageContaining("burst");
    assertThatThrownBy(() -> new ClientRate(1, 1, 3)).hasMessageContaining("clients 3");
  }
}
