package io.sluice.compose.cli;

import io.sluice.compose.history.KafkaInOrder;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A command that tells a topic from its beginning, in the order of time, one line a record. A
 * record is told as it comes and not kept; which zone and type it is of is seen before it is
 * decoded.
 *
 * @param <V> type of the topic's values
 */
abstract class TellCommand<V> implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions options = new HistoryOptions();

  @Option(names = "--follow", description = "Goes on with new ones until it is interrupted.")
  private boolean follow;

  @Option(names = "--zone", paramLabel = "ZONE", description = "Only this zone.")
  private @Nullable String zone;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "Nothing earlier: " + Moment.FORMS + ".")
  private Instant from = Instant.MIN;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = Moment.class,
      description = "Nothing later.")
  private Instant to = Instant.MAX;

  @Option(names = "--json", description = "Prints one JSON object a line.")
  private boolean json;

  /** What to read; its keys name zones. */
  abstract Topic<ZoneId, V> topic();

  /** Whether a record is to be told at all, by what can be seen from outside. */
  abstract boolean wanted(RawRecord record);

  /** Whether a value is to be told at all. */
  abstract boolean wanted(V value);

  /** A record as a line for people. */
  abstract String line(Entry<V> entry);

  /** A record as an object for programs. */
  abstract Object object(Entry<V> entry);

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    Telling telling = new Telling(console);
    if (!follow) {
      try (RecordSource source = options.ordered().ordered(topic().name(), from, to)) {
        telling.all(source);
      }
      return telling.code();
    }
    try (KafkaInOrder source = new KafkaInOrder(options.cluster(), topic().name(), from, to)) {
      telling.all(source);
      if (telling.code() != ExitCode.OK) {
        return ExitCode.FAILED;
      }
      while (!console.out().checkError()) {
        source.later().forEach(telling::tell);
        console.out().flush();
      }
    }
    return ExitCode.OK;
  }

  /** Prints record after record, and remembers whether any was of the zone. */
  private final class Telling {
    private final Console console;
    private final byte @Nullable [] key;
    private boolean seen;

    Telling(Console console) {
      this.console = console;
      this.key = zone == null ? null : Topics.ZONE_KEY.encode(named(zone));
    }

    void all(RecordSource source) {
      for (List<RawRecord> batch = source.next(); !batch.isEmpty(); batch = source.next()) {
        batch.forEach(this::tell);
      }
      console.out().flush();
    }

    void tell(RawRecord raw) {
      if (ofZone(raw) && !raw.time().isBefore(from) && !raw.time().isAfter(to) && wanted(raw)) {
        TopicReader.decoded(raw, topic(), console::warn)
            .filter(entry -> wanted(entry.value()))
            .ifPresent(this::print);
      }
    }

    private boolean ofZone(RawRecord raw) {
      boolean here = key == null || Arrays.equals(key, raw.key());
      seen |= here;
      return here;
    }

    private void print(Entry<V> entry) {
      console
          .out()
          .println(json ? Json.mapper().valueToTree(object(entry)).toString() : line(entry));
    }

    /** What is wrong with the zone, if it was asked for by a name that nothing has. */
    int code() {
      SortedSet<ZoneId> zones = seen || zone == null ? new TreeSet<>() : options.ordered().zones();
      if (zones.isEmpty() || zones.stream().anyMatch(one -> one.value().equals(zone))) {
        return ExitCode.OK;
      }
      console.warn(
          "the journal has no fact of zone %s: expected one of %s"
              .formatted(
                  zone, zones.stream().map(ZoneId::toString).collect(Collectors.joining(", "))));
      return ExitCode.FAILED;
    }
  }

  private ZoneId named(String name) {
    try {
      return new ZoneId(name);
    } catch (IllegalArgumentException malformed) {
      if (spec == null) {
        throw malformed;
      }
      throw new ParameterException(
          spec.commandLine(), "--zone: " + malformed.getMessage(), malformed);
    }
  }
}
