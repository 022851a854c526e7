package io.sluice.provisioner.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.InfluxException;
import io.sluice.provisioner.history.PointWriter.Meaning;
import io.sluice.provisioner.history.PointWriter.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointWriterTest {
  private final List<Integer> taken = new ArrayList<>();
  private int requests;

  @ParameterizedTest
  @CsvSource({
    "400, REFUSED",
    "422, REFUSED",
    "413, TOO_LARGE",
    "401, MISCONFIGURED",
    "403, MISCONFIGURED",
    "404, MISCONFIGURED",
    "405, MISCONFIGURED",
    "408, LATER",
    "429, LATER",
    "500, LATER",
    "503, LATER",
    "0, LATER"
  })
  void whatAStatusMeansForThePoints(int status, Meaning meaning) {
    assertThat(PointWriter.meaning(status)).isEqualTo(meaning);
  }

  @Test
  void thePointsThatARetentionLeavesOutArePassedAndCounted() {
    PointWriter writer =
        writer(points ->
            Optional.of(answer(422, "partial write: points beyond retention policy dropped=3")));

    assertThat(writer.write(points(10))).isEqualTo(new Written(7, 3));
    assertThat(requests).isEqualTo(1);
  }

  @Property
  void theOneBadPointIsFoundAndAllOthersAreWritten(
      @ForAll @IntRange(max = 999) int bad, @ForAll @IntRange(min = 1, max = 1_000) int count) {
    taken.clear();
    requests = 0;
    PointWriter writer =
        writer(points ->
            points.contains(bad) ? Optional.of(answer(400, "unable to parse")) : Optional.empty());

    Written written = writer.write(points(count));

    int refused = bad < count ? 1 : 0;
    assertThat(written).isEqualTo(new Written(count - refused, refused));
    assertThat(Set.copyOf(taken)).hasSize(count - refused).doesNotContain(bad);
    assertThat(requests).isLessThanOrEqualTo(25);
  }

  @Test
  void whatIsTooMuchAtOnceIsWrittenInParts() {
    PointWriter writer =
        writer(points ->
            points.size() > 30 ? Optional.of(answer(413, "too large")) : Optional.empty());

    assertThat(writer.write(points(100))).isEqualTo(new Written(100, 0));
    assertThat(taken).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void onePointThatIsTooLargeByItselfIsPassed() {
    PointWriter writer =
        writer(points ->
            points.contains(5) ? Optional.of(answer(413, "too large")) : Optional.empty());

    assertThat(writer.write(points(10))).isEqualTo(new Written(9, 1));
  }

  @Test
  void aDatabaseThatRefusesEveryPointOfABatchIsNotAskedForEver() {
    PointWriter writer =
        writer(points -> points.isEmpty() ? Optional.empty() : Optional.of(answer(400, "no")));

    assertThat(writer.write(points(5_000))).isEqualTo(new Written(0, 5_000));
    assertThat(requests).isLessThan(500);
  }

  @Test
  void whereNotEvenAPointBeyondDoubtIsTakenNoPointIsToBlame() {
    for (RuntimeException failure :
        List.of(answer(400, "unsupported path"), new IllegalArgumentException("header value"))) {
      PointWriter writer = writer(points -> Optional.of(failure));
      requests = 0;

      assertThatThrownBy(() -> writer.write(points(1_000)))
          .isInstanceOfSatisfying(
              InfluxException.class,
              failed -> {
                assertThat(PointWriter.meaning(failed)).isEqualTo(Meaning.MISCONFIGURED);
                assertThat(failed).hasMessageContaining(failure.getMessage());
              });
      assertThat(requests).isEqualTo(2);
    }
  }

  @Test
  void whoIsNotKnownOrComesAtABadTimeKeepsItsPoints() {
    for (int status : new int[] {401, 403, 404, 429, 500, 503}) {
      PointWriter writer = writer(points -> Optional.of(answer(status, "no")));

      assertThatThrownBy(() -> writer.write(points(10)))
          .isInstanceOf(InfluxException.class)
          .extracting(failed -> ((InfluxException) failed).status())
          .isEqualTo(status);
    }
  }

  @Test
  void aPointThatCannotBeWrittenDownIsRefusedByItself() {
    PointWriter writer =
        writer(points ->
            points.contains(2)
                ? Optional.of(new IllegalArgumentException("no such field"))
                : Optional.empty());

    assertThat(writer.write(points(4))).isEqualTo(new Written(3, 1));
  }

  @Test
  void nothingIsWrittenWithoutPoints() {
    assertThat(writer(points -> Optional.empty()).write(List.of())).isEqualTo(Written.NOTHING);
    assertThat(requests).isZero();
  }

  private PointWriter writer(Function<List<Integer>, Optional<? extends RuntimeException>> says) {
    return new PointWriter(points -> {
      requests++;
      List<Integer> numbers =
          points.stream()
              .map(Point::toLineProtocol)
              .filter(line -> !line.startsWith(PointWriter.PROBE))
              .map(line -> Integer.valueOf(line.replaceAll(".*n=(\\d+)i.*", "$1")))
              .toList();
      says.apply(numbers)
          .ifPresent(failure -> {
            throw failure;
          });
      taken.addAll(numbers);
    });
  }

  private static List<Point> points(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            number -> Point.measurement("m").addField("n", number).time(number, WritePrecision.MS))
        .toList();
  }

  private static InfluxException answer(int status, String message) {
    return new InfluxException(message) {
      private static final long serialVersionUID = 1;

      @Override
      public int status() {
        return status;
      }

      @Override
      public String getMessage() {
        return message;
      }
    };
  }
}
