package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlidingMeanTest {
  @Test
  void looksBackAsFarAsAskedAndNoFurtherThanItsWindow() {
    SlidingMean mean = new SlidingMean(3);
    for (double reading : new double[] {100, 1, 2, 3}) {
      mean.add(reading);
    }

    assertThat(mean.over(1)).isEqualTo(3);
    assertThat(mean.over(2)).isEqualTo(2.5);
    assertThat(mean.over(3)).isEqualTo(2);
    assertThat(mean.over(99)).isEqualTo(2);
  }

  @Test
  void atFirstLooksBackOverWhatThereIs() {
    SlidingMean mean = new SlidingMean(10);
    mean.add(4);
    mean.add(6);

    assertThat(mean.over(10)).isEqualTo(5);
  }

  @Test
  void keepsSixDigits() {
    assertThat(SlidingMean.rounded(0)).isZero();
    assertThat(SlidingMean.rounded(66.66666666)).isEqualTo(66.6667);
    assertThat(SlidingMean.rounded(1_234_567.8)).isEqualTo(1_234_570);
    assertThat(SlidingMean.rounded(0.00123456789)).isEqualTo(0.00123457);
    assertThat(SlidingMean.rounded(1e-320)).isZero();
  }
}
