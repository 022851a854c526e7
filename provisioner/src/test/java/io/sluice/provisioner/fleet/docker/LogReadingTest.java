package io.sluice.provisioner.fleet.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerLog.Piece;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogReadingTest {
  private final List<Integer> asked = new ArrayList<>();

  @Test
  void linesAreToldWithoutTheirTimesWhichAreTheirPlaces() {
    ServerLog log =
        read(
            new Piece(5, ServerLog.BEGIN),
            "2026-11-30T10:00:00.000000001Z one\n",
            "2026-11-30T10:00:01.5Z two\n2026-11-30T10:00:02.123456789Z \n");

    assertThat(log.lines()).containsExactly("one", "two", "");
    assertThat(log.earlier()).isFalse();
    assertThat(log.next()).isEqualTo("2026-11-30T10:00:02.123456789Z");
    assertThat(asked).containsExactly(0);
  }

  @Test
  void anEngineTellsWholeSecondsAndWhatWasToldIsLeftOut() {
    ServerLog log =
        read(
            new Piece(5, "2026-11-30T10:00:01.5Z"),
            "2026-11-30T10:00:01.2Z before\n2026-11-30T10:00:01.5Z told\n",
            "2026-11-30T10:00:01.500000001Z new\n");

    assertThat(log.lines()).containsExactly("new");
    assertThat(log.earlier()).isFalse();
    assertThat(asked).containsExactly(1_796_032_801);
  }

  @Test
  void asManyLinesAsWereAskedForMayNotBeAll() {
    assertThat(
            read(
                    new Piece(2, ServerLog.BEGIN),
                    "2026-11-30T10:00:00Z one\n2026-11-30T10:00:01Z two\n")
                .earlier())
        .isTrue();
  }

  @Test
  void whereNothingIsNewThePlaceStays() {
    assertThat(read(new Piece(2, "2026-11-30T10:00:01.5Z")))
        .isEqualTo(ServerLog.nothing("2026-11-30T10:00:01.500Z"));
    assertThat(read(new Piece(2, ServerLog.BEGIN))).isEqualTo(ServerLog.nothing(ServerLog.BEGIN));
  }

  @Test
  void aPlaceThatNoAnswerNamedIsRefused() {
    for (String place : List.of("12", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z")) {
      assertThatThrownBy(() -> read(new Piece(1, place)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'%s': expected a place that an answer named as its next".formatted(place));
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void anEngineThatRefusesIsAFailureOfWhoReadsAndNothingOfWhoTellsAnEnd() {
    assertThatThrownBy(() ->
            LogReading.piece(
                new Piece(1, ServerLog.BEGIN),
                (since, ear) -> ear.onError(new NotFoundException("no such container"))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("its log can't be read")
        .hasMessageContaining("no such container");
    assertThat(LogReading.tail(ear -> ear.onError(new NotFoundException("gone")))).isEmpty();
  }

  private ServerLog read(Piece piece, String... frames) {
    return LogReading.piece(
        piece,
        (since, ear) -> {
          asked.add(since);
          tell(ear, frames);
        });
  }

  private static void tell(ResultCallback<Frame> ear, String... frames) {
    ear.onStart(() -> {});
    for (String frame : frames) {
      ear.onNext(new Frame(StreamType.STDOUT, frame.getBytes(UTF_8)));
    }
    ear.onComplete();
  }
}
