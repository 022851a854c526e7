package io.sluice.schemas.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.schemas.codec.InstantText;
import io.sluice.schemas.codec.Interned;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads observations in the form in which this release writes them, from the first byte to the last
 * and without a tree; nearly every record of a journal is one. It gives what the mapper gives, or
 * nothing at all: whatever looks otherwise is left to the mapper, also what is wrong, so that
 * nobody can tell which of the two has read a record, but by the time it took.
 *
 * <pre>
 *   {"type":"load-observed","version":3,"zone":"zone1","at":"2026-01-01T00:00:00Z",
 *    "window":"PT10S","load":{"cpu":{"mean":41.5,"servers":3}},"reporting":3,"missing":[],
 *    "warming":[],"idlest":[],"counted":{"missing":0,"warming":0}}
 * </pre>
 *
 * <p>Version 4 has the same form. Version 2 has numbers for the means, and no counts; old journals
 * are full of it.
 */
final class LoadObservedReader {
  private static final byte[] TYPE = "{\"type\":\"load-observed\",\"version\":".getBytes(US_ASCII);
  private static final char VERSION = '4';
  private static final char WITHOUT_BALANCERS = '3';
  private static final char EARLIER = '2';
  private static final byte[] ZONE = ",\"zone\":\"".getBytes(US_ASCII);
  private static final byte[] AT = "\",\"at\":\"".getBytes(US_ASCII);
  private static final byte[] WINDOW = "\",\"window\":\"".getBytes(US_ASCII);
  private static final byte[] LOAD = "\",\"load\":{".getBytes(US_ASCII);
  private static final byte[] VALUE = "\":".getBytes(US_ASCII);
  private static final byte[] REPORTING = ",\"reporting\":".getBytes(US_ASCII);
  private static final byte[] MISSING = ",\"missing\":[".getBytes(US_ASCII);
  private static final byte[] WARMING = ",\"warming\":[".getBytes(US_ASCII);
  private static final byte[] IDLEST = ",\"idlest\":[".getBytes(US_ASCII);
  private static final byte[] MEAN = "{\"mean\":".getBytes(US_ASCII);
  private static final byte[] SERVERS_OF = ",\"servers\":".getBytes(US_ASCII);
  private static final byte[] MEASURERS = ",\"measurers\":[".getBytes(US_ASCII);
  private static final byte[] COUNTED = ",\"counted\":{\"missing\":".getBytes(US_ASCII);
  private static final byte[] COUNTED_WARMING = ",\"warming\":".getBytes(US_ASCII);
  private static final byte[] END = "}".getBytes(US_ASCII);

  private static final Interned<ZoneId> ZONES = new Interned<>(ZoneId::new);
  private static final Interned<Metric> METRICS = new Interned<>(Metric::new);
  private static final Interned<ServerId> SERVERS = new Interned<>(ServerId::of);
  private static final Interned<Measurer> WHO = new Interned<>(LoadObservedReader::measurer);
  private static final Interned<Duration> WINDOWS = new Interned<>(Duration::parse);

  /** Integers of so many digits are exact in a double, and so are products with these powers. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private static final int INT_DIGITS_MAX = 9;

  /** What is not written as this release writes it. It says nothing, and has no stack. */
  // One for all, since nobody looks at where it came from.
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final class Unlike extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private static final Unlike ONE = new Unlike();

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final byte[] bytes;
  private int at;

  private LoadObservedReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The observation; empty if it is none, or written in any other way. */
  static Optional<LoadObserved> read(byte[] bytes) {
    if (bytes.length < TYPE.length || !Arrays.equals(bytes, 0, TYPE.length, TYPE, 0, TYPE.length)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LoadObservedReader(bytes).read());
    } catch (IllegalArgumentException | DateTimeException unlike) {
      // The mapper says what is wrong with it, if anything is.
      return Optional.empty();
    }
  }

  private LoadObserved read() {
    expect(TYPE);
    boolean earlier = next(EARLIER);
    require(earlier || next(WITHOUT_BALANCERS) || next(VERSION));
    at++;
    expect(ZONE);
    ZoneId zone = text(ZONES);
    expect(AT);
    int begin = at;
    at = quote();
    Instant time = InstantText.parse(new String(bytes, begin, at - begin, ISO_8859_1));
    expect(WINDOW);
    Duration window = text(WINDOWS);
    expect(LOAD);
    SortedMap<Metric, Mean> load = load(earlier);
    expect(REPORTING);
    int reporting = integer();
    expect(MISSING);
    List<ServerId> missing = servers();
    expect(WARMING);
    List<ServerId> warming = servers();
    expect(IDLEST);
    List<ServerId> idlest = servers();
    Optional<Counted> counted = earlier ? Optional.empty() : Optional.of(counted());
    expect(END);
    require(at == bytes.length);
    if (earlier) {
      // All that reported anything stand behind each mean.
      load.replaceAll((metric, mean) -> new Mean(mean.value(), reporting));
    }
    return new LoadObserved(zone, time, window, load, reporting, missing, warming, idlest, counted);
  }

  private Counted counted() {
    expect(COUNTED);
    int missing = integer();
    expect(COUNTED_WARMING);
    int warming = integer();
    expect(END);
    return new Counted(missing, warming);
  }

  private static void require(boolean plain) {
    if (!plain) {
      throw Unlike.ONE;
    }
  }

  private void expect(byte[] text) {
    int end = at + text.length;
    require(end <= bytes.length && Arrays.equals(bytes, at, end, text, 0, text.length));
    at = end;
  }

  private boolean next(char character) {
    return at < bytes.length && bytes[at] == character;
  }

  /** Where the text that begins here ends, at its quote; escapes and what is not ASCII are left. */
  private int quote() {
    int end = at;
    while (end < bytes.length && bytes[end] != '"') {
      require(bytes[end] != '\\' && bytes[end] >= ' ');
      end++;
    }
    require(end < bytes.length);
    return end;
  }

  private <T> T text(Interned<T> values) {
    int begin = at;
    at = quote();
    return values.of(bytes, begin, at);
  }

  private SortedMap<Metric, Mean> load(boolean earlier) {
    SortedMap<Metric, Mean> load = new TreeMap<>();
    while (next('"')) {
      at++;
      Metric metric = text(METRICS);
      expect(VALUE);
      require(load.put(metric, earlier ? new Mean(number(), 0) : mean()) == null);
      separate('}');
    }
    expect(END);
    return load;
  }

  private Mean mean() {
    expect(MEAN);
    double value = number();
    expect(SERVERS_OF);
    int servers = integer();
    List<Measurer> measurers = new ArrayList<>();
    if (next(',')) {
      expect(MEASURERS);
      while (next('"')) {
        at++;
        measurers.add(text(WHO));
        at++;
        separate(']');
      }
      require(next(']') && !measurers.isEmpty());
      at++;
    }
    expect(END);
    return new Mean(value, servers, measurers);
  }

  private static Measurer measurer(String word) {
    for (Measurer one : Measurer.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    throw Unlike.ONE;
  }

  private List<ServerId> servers() {
    List<ServerId> servers = new ArrayList<>();
    while (next('"')) {
      at++;
      servers.add(text(SERVERS));
      at++;
      separate(']');
    }
    require(next(']'));
    at++;
    return servers;
  }

  /** Goes over a comma, behind which another element has to come. */
  private void separate(char end) {
    if (next(',')) {
      at++;
      require(next('"'));
    } else {
      require(next(end));
    }
  }

  private int integer() {
    int begin = at;
    long number = digits(0);
    int length = at - begin;
    require(length > 0 && length <= INT_DIGITS_MAX && (length == 1 || bytes[begin] != '0'));
    return (int) number;
  }

  /** A number: exact where the digits allow it, else as Java reads its text. */
  private double number() {
    int begin = at;
    boolean negative = next('-');
    at += negative ? 1 : 0;
    int first = at;
    long digits = digits(0);
    int whole = at - first;
    require(whole > 0 && (whole == 1 || bytes[first] != '0'));
    int fraction = 0;
    if (next('.')) {
      at++;
      int point = at;
      digits = digits(digits);
      fraction = at - point;
      require(fraction > 0);
    }
    boolean exact = whole + fraction <= EXACT_DIGITS;
    if (next('E') || next('e')) {
      exact = false;
      at++;
      at += next('-') || next('+') ? 1 : 0;
      int exponent = at;
      digits(0);
      require(at > exponent);
    }
    if (exact) {
      // An integer has no sign where it is 0, and a fraction has.
      require(!negative || digits != 0);
      return digits / POWERS[fraction] * (negative ? -1 : 1);
    }
    double value = Double.parseDouble(new String(bytes, begin, at - begin, ISO_8859_1));
    require(Double.isFinite(value) && value != 0);
    return value;
  }

  /** The number of these digits and those that follow; what does not fit is nobody's business. */
  private long digits(long before) {
    long number = before;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      number = 10 * number + bytes[at] - '0';
      at++;
    }
    return number;
  }
}
