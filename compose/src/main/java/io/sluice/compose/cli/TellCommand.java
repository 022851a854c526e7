package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that tells a topic from its beginning, one line a record.
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

  /** What to read. */
  abstract Topic<?, V> topic();

  /** Where to read it in a history. */
  abstract RecordSource open(History history);

  /** The zone that a value belongs to. */
  abstract ZoneId zone(V value);

  /** Whether a value is to be told at all. */
  abstract boolean wanted(V value);

  /** A record as a line for people. */
  abstract String line(Entry<V> entry);

  /** A record as an object for programs. */
  abstract Object object(Entry<V> entry);

  @Override
  public Integer call() throws JsonProcessingException {
    Console console = Console.of(spec);
    if (zone != null && zone.isBlank()) {
      throw new IllegalArgumentException("--zone: expected the name of a zone");
    }
    if (!follow) {
      try (RecordSource source = open(options.open())) {
        print(TopicReader.entries(source, topic(), this::within, console::warn), console);
      }
      return ExitCode.OK;
    }
    try (TopicReader<V> reader = new TopicReader<>(options.cluster(), topic(), console::warn)) {
      print(reader.toEnd(), console);
      while (!console.out().checkError()) {
        print(reader.next(), console);
      }
    }
    return ExitCode.OK;
  }

  private boolean within(Instant time) {
    return !time.isBefore(from) && !time.isAfter(to);
  }

  private void print(List<Entry<V>> entries, Console console) throws JsonProcessingException {
    for (Entry<V> entry : entries) {
      boolean here = zone == null || zone(entry.value()).value().equals(zone);
      if (here && within(entry.time()) && wanted(entry.value())) {
        console.out().println(json ? Json.mapper().writeValueAsString(object(entry)) : line(entry));
      }
    }
    console.out().flush();
  }
}
