package io.sluice.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.InstantText;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.topic.Topics;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The reader of observations and the mapper give the same, whatever they are given. */
class LoadObservedReaderTest {
  private static final int TRIES = 2_000;

  /** What a forger, a broken disk or another program may leave behind, and what JSON allows. */
  private static final List<String> PIECES =
      List.of(
          "\"",
          "\\",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          " ",
          "null",
          "true",
          "-",
          "0",
          "00",
          "1e400",
          "-0",
          "-0.0",
          "0.0",
          "1.",
          ".5",
          "NaN",
          "\"NaN\"",
          "1E5",
          "12345678901234567890",
          "0.1234567890123456789",
          "é",
          "\\u0031",
          "\"cpu\":1,",
          "\"cpu\":{\"mean\":1,\"servers\":2},",
          ",\"measurers\":[\"engine\"]",
          "\"gpu\":\"7\"",
          "\"extra\":{}",
          "\"version\":9,",
          "\"zone\":\"zone2\",",
          "zone1-0",
          "\"zone1-2\"",
          "PT1H",
          "Z",
          "+01:00");

  @Provide
  Arbitrary<LoadObserved> observations() {
    Arbitrary<ZoneId> zones = Arbitraries.of("zone1", "a", "eu-west-1").map(ZoneId::new);
    Arbitrary<Instant> times =
        Arbitraries.oneOf(
            Arbitraries.longs()
                .between(-60_000_000_000L, 250_000_000_000L)
                .map(Instant::ofEpochSecond),
            Arbitraries.longs().between(0, 4_000_000_000_000L).map(Instant::ofEpochMilli),
            Arbitraries.integers().between(0, 999_999_999).map(n -> Instant.ofEpochSecond(1, n)));
    Arbitrary<Map<Metric, Double>> loads =
        Arbitraries.maps(
                Arbitraries.of("cpu", "memory", "queue_1", "x").map(Metric::new),
                Arbitraries.oneOf(
                    Arbitraries.doubles().between(-1e300, 1e300),
                    Arbitraries.doubles().between(0, 100).ofScale(4),
                    Arbitraries.integers().map(Integer::doubleValue),
                    Arbitraries.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE)))
            .ofMaxSize(4);
    Arbitrary<List<ServerId>> servers =
        Arbitraries.longs()
            .between(1, ServerId.NUMBER_MAX)
            .map(number -> new ZoneId("zone1").server(number))
            .list()
            .ofMaxSize(3);
    return Combinators.combine(
            zones, times, loads, Arbitraries.integers(), servers, servers, servers)
        .as((zone, at, load, reporting, missing, warming, idlest) ->
            new LoadObserved(
                zone,
                at,
                Duration.ofSeconds(10),
                new TreeMap<>(load),
                reporting,
                missing,
                warming,
                idlest));
  }

  @Property(tries = TRIES)
  void whatIsWrittenIsReadAsTheMapperReadsIt(@ForAll("observations") LoadObserved seen) {
    byte[] bytes = Topics.FLEET_EVENT.encode(seen);

    assertThat(Topics.FLEET_EVENT.decode(bytes)).isEqualTo(FactCodec.mapped(bytes));
    // What it was made for it really reads itself.
    boolean plain =
        seen.reporting() >= 0
            && seen.reporting() < 1_000_000_000
            && seen.means().values().stream().allMatch(LoadObservedReaderTest::isOrdinary)
            && !seen.at().isBefore(Instant.parse("0001-01-01T00:00:00Z"))
            && seen.at().isBefore(Instant.parse("9999-12-31T00:00:00Z"));
    if (plain) {
      assertThat(LoadObservedReader.read(bytes)).contains(seen);
    }
  }

  private static boolean isOrdinary(double value) {
    return value > 0;
  }

  @Property(tries = 5 * TRIES)
  void whatIsDamagedIsReadAsTheMapperReadsIt(
      @ForAll("observations") LoadObserved seen,
      @ForAll int place,
      @ForAll int length,
      @ForAll int piece) {
    String text = new String(Topics.FLEET_EVENT.encode(seen), UTF_8);
    int from = Math.floorMod(place, text.length() + 1);
    int to = Math.min(text.length(), from + Math.floorMod(length, 4));
    String put = PIECES.get(Math.floorMod(piece, PIECES.size()));
    for (String damaged :
        List.of(
            text.substring(0, from),
            text.substring(0, from) + text.substring(to),
            text.substring(0, from) + put + text.substring(to))) {
      byte[] bytes = damaged.getBytes(UTF_8);
      assertThat(Topics.FLEET_EVENT.decode(bytes)).as(damaged).isEqualTo(FactCodec.mapped(bytes));
    }
  }

  @Example
  void anObservationInAnyOtherFormIsTheMappers() {
    String text =
        "{\"type\":\"load-observed\",\"version\":2,\"zone\":\"zone1\",\"at\":\"2026-01-01T00:00:00Z\","
            + "\"window\":\"PT10S\",\"load\":{\"cpu\":41.5},\"reporting\":3,\"missing\":[],"
            + "\"warming\":[],\"idlest\":[]}";
    assertThat(read(text)).isPresent();
    assertThat(read(text)).contains((LoadObserved) mapped(text));
    String later =
        text.replace("\"version\":2", "\"version\":3")
            .replace("41.5", "{\"mean\":41.5,\"servers\":2,\"measurers\":[\"server\",\"engine\"]}")
            .replace("\"idlest\":[]", "\"idlest\":[],\"counted\":{\"missing\":1200,\"warming\":0}");
    assertThat(read(later)).contains((LoadObserved) mapped(later));
    assertThat(read(later.replace("engine", "moon"))).isEmpty();
    for (String other :
        List.of(
            text.replace("\"reporting\":3", "\"reporting\": 3"),
            text.replace("\"missing\":[],", ""),
            text.replace("zone1", "Zone1"),
            text.replace("41.5", "-0"),
            text.replace("\"cpu\":41.5", "\"cpu\":1,\"cpu\":2"),
            text.replace("\"version\":2", "\"version\":9"),
            text + " ",
            text.substring(1))) {
      assertThat(read(other)).as(other).isEmpty();
      byte[] bytes = other.getBytes(UTF_8);
      assertThat(Topics.FLEET_EVENT.decode(bytes)).as(other).isEqualTo(FactCodec.mapped(bytes));
    }
  }

  private static FleetEvent mapped(String text) {
    return FactCodec.mapped(text.getBytes(UTF_8)).orElseThrow(IllegalStateException::new);
  }

  private static Optional<LoadObserved> read(String text) {
    return LoadObservedReader.read(text.getBytes(UTF_8));
  }

  @Property(tries = TRIES)
  void timesAreReadAsJavaReadsThem(
      @ForAll("observations") LoadObserved seen, @ForAll int place, @ForAll char character) {
    String text = seen.at().toString();
    StringBuilder changed = new StringBuilder(text);
    changed.setCharAt(
        Math.floorMod(place, text.length()),
        character % 2 == 0 ? (char) ('0' + character % 10) : character);

    for (String any : List.of(text, changed.toString())) {
      assertThat(time(any, InstantText::parse)).as(any).isEqualTo(time(any, Instant::parse));
    }
  }

  private static Optional<Instant> time(
      String text, java.util.function.Function<String, Instant> reader) {
    try {
      return Optional.of(reader.apply(text));
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }
}
