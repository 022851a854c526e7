package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.config.ConfigException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TraceReaderTest {
  @Test
  void readsTimesWithAndWithoutAZone() {
    Curve curve =
        read(
            "timestamp,value",
            "2014-02-14 14:30:00,6.5",
            "",
            "2014-02-14T14:35:00Z,7",
            "2014-02-14T16:40:00.250+02:00, 8e0");

    assertThat(curve.size()).isEqualTo(3);
    assertThat(curve.from()).isEqualTo(Instant.parse("2014-02-14T14:30:00Z"));
    assertThat(curve.to()).isEqualTo(Instant.parse("2014-02-14T14:40:00.250Z"));
    assertThat(curve.cursor().value(curve.from().getEpochSecond() + 150)).isEqualTo(6.75);
  }

  @Test
  void saysOfEveryWrongLineWhichItIsWhatStandsThereAndWhatWasExpected() {
    assertThatThrownBy(() ->
            read(
                "time;value",
                "2014-02-14 14:30:00,6.5",
                "2014-02-14 14:30:00,6.5",
                "yesterday,7",
                "2014-02-14 14:40:00,lots",
                "2014-02-14 14:45:00,-1",
                "2014-02-14 14:50:00,NaN",
                "2014-02-14 14:55:00;8"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("t.csv: line 1: is 'time;value', expected 'timestamp,value'")
        .hasMessageContaining(
            "line 3: is '2014-02-14 14:30:00', expected a time after that of the point before,"
                + " 2014-02-14 14:30:00")
        .hasMessageContaining("line 4: is 'yesterday', expected a time, such as")
        .hasMessageContaining("line 5: is 'lots', expected a number of 0 or more")
        .hasMessageContaining("line 6: is '-1', expected a number of 0 or more")
        .hasMessageContaining("line 7: is 'NaN', expected a number of 0 or more")
        .hasMessageContaining("line 8: is '2014-02-14 14:55:00;8', expected a time and a value");
  }

  @Test
  void namesTwentyWrongLinesAndNoMore() {
    List<String> lines = new ArrayList<>(List.of("timestamp,value"));
    lines.addAll(Collections.nCopies(1_000, "?"));

    assertThatThrownBy(() -> TraceReader.read(lines.iterator(), "t.csv"))
        .isInstanceOfSatisfying(
            ConfigException.class, broken -> assertThat(broken.problems()).hasSize(20));
  }

  @Test
  void onePointIsNoCurve() {
    assertThatThrownBy(() -> read("timestamp,value", "2014-02-14 14:30:00,6.5"))
        .hasMessageContaining("t.csv: (file): is 1 points, expected at least 2 points");
    assertThatThrownBy(TraceReaderTest::read).hasMessageContaining("line 1: is ''");
  }

  private static Curve read(String... lines) {
    return TraceReader.read(Stream.of(lines).iterator(), "t.csv");
  }
}
