package io.sluice.schemas.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestTimesTest {
  private static final int UP_TO_10_MILLIS = 5;
  private static final int UP_TO_25_MILLIS = 6;
  private static final int ABOVE_ALL = 15;

  @Test
  void aPercentileLiesOnTheLineThroughItsBucket() {
    RequestTimes times = times(UP_TO_10_MILLIS, 90).plus(times(UP_TO_25_MILLIS, 10));

    assertThat(times.count()).isEqualTo(100);
    assertThat(times.percentileMillis(0.95).orElseThrow()).isCloseTo(17.5, within(1e-9));
    assertThat(times.percentileMillis(0.90).orElseThrow()).isCloseTo(10, within(1e-9));
  }

  @Test
  void twoBalancersTogetherHaveThePercentileOfAllTheirRequests() {
    RequestTimes slow = times(UP_TO_25_MILLIS, 10);
    RequestTimes quick = times(0, 990);

    assertThat(slow.percentileMillis(0.95).orElseThrow()).isGreaterThan(10);
    assertThat(quick.plus(slow).percentileMillis(0.95).orElseThrow()).isLessThan(0.25);
  }

  @Test
  void whatTookLongerThanAllBoundsCountsAsTheLast() {
    assertThat(times(ABOVE_ALL, 3).percentileMillis(0.5).orElseThrow()).isEqualTo(10_000);
  }

  @Test
  void ofNoRequestsThereIsNoPercentile() {
    assertThat(RequestTimes.NONE.percentileMillis(0.99)).isEmpty();
  }

  @Test
  void otherBucketsAreRefused() {
    assertThatThrownBy(() -> new RequestTimes(List.of(1L, 2L)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 16 numbers of 0 or more");
    assertThatThrownBy(() -> times(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static RequestTimes times(int bucket, long count) {
    List<Long> counts =
        new ArrayList<>(Collections.nCopies(RequestTimes.BOUNDS_MICROS.size() + 1, 0L));
    counts.set(bucket, count);
    return new RequestTimes(counts);
  }
}
