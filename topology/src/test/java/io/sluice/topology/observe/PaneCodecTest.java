package io.sluice.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.metric.Metric;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PaneCodecTest {
  private static final PaneCodec CODEC = new PaneCodec();

  private static final Pane PANE =
      new Pane(
          1_767_225_600L,
          List.of(Metric.CPU, Metric.IN_FLIGHT),
          new long[] {1, 1_000_000_000_000L},
          new int[] {1, 2},
          new float[] {12.5f, 0, Float.NaN, 7});

  @Test
  void readsWhatItWrote() {
    assertThat(CODEC.decode(CODEC.encode(PANE)))
        .isInstanceOfSatisfying(
            Decoded.Value.class,
            decoded -> {
              Pane read = (Pane) decoded.value();
              assertThat(read.second()).isEqualTo(1_767_225_600L);
              assertThat(read.metrics()).containsExactly(Metric.CPU, Metric.IN_FLIGHT);
              assertThat(read.server(1)).isEqualTo(1_000_000_000_000L);
              assertThat(read.reports(1)).isEqualTo(2);
              assertThat(read.mean(0, 0)).isEqualTo(12.5f);
              assertThat(read.mean(1, 0)).isNaN();
              assertThat(CODEC.encode(read)).isEqualTo(CODEC.encode(PANE));
            });
  }

  @Test
  void tellsWhomTheEngineMeasured() {
    Pane engine =
        new Pane(
            1,
            List.of(Metric.CPU),
            new long[] {1, 2},
            new int[] {3, 1},
            new boolean[] {false, true},
            new float[] {1, 2});

    Pane read = CODEC.decode(CODEC.encode(engine)).orElseThrow(IllegalStateException::new);

    assertThat(read.byEngine(0)).isFalse();
    assertThat(read.byEngine(1)).isTrue();
    assertThat(read.reports(1)).isEqualTo(1);
    assertThat(CODEC.encode(PANE)[0]).as("read by earlier releases").isEqualTo((byte) 1);
  }

  @Test
  void calledUnknownIfALaterReleaseWroteIt() {
    byte[] later = CODEC.encode(PANE);
    later[0] = 3;

    assertThat(CODEC.decode(later)).isEqualTo(new Decoded.UnknownType<>("pane version 3"));
  }

  @Test
  void noCutOffPaneIsTakenForAPane() {
    byte[] whole = CODEC.encode(PANE);
    for (int length = 0; length < whole.length; length++) {
      assertThat(CODEC.decode(Arrays.copyOf(whole, length)))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(Decoded.Malformed.class);
    }
    assertThat(CODEC.decode(Arrays.copyOf(whole, whole.length + 1)))
        .isInstanceOf(Decoded.Malformed.class);
  }

  @Property(tries = 2_000)
  void noBytesMakeItThrow(@ForAll byte[] bytes, @ForAll boolean versioned) {
    byte[] input = bytes.clone();
    if (versioned && input.length > 0) {
      input[0] = 1;
    }

    assertThat(CODEC.decode(input)).isNotNull();
  }
}
