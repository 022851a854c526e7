package io.sluice.compose.bench;

import io.sluice.compose.bench.GeneratedHistory.Shape;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Explanation;
import io.sluice.topology.audit.NewestCommands;
import io.sluice.topology.audit.Replay;
import io.sluice.topology.audit.Series;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * How long questions about a random moment of a long history take. Beside them runs the same
 * question without the states that are kept, which reads the zone's partition from its beginning.
 */
public final class HistoryBench {
  private static final int ZONES = 6;
  private static final int SERVERS = 10;
  private static final int PARTITIONS = 4;
  private static final int WARM_UPS = 3;
  private static final int COMMANDS = 100;
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration STEP = Duration.ofSeconds(12);
  private static final long SEED = 20_261_130;

  private final KafkaAccess kafka;
  private final Shape shape;
  private final int questions;
  private final Consumer<String> progress;
  private final Duration length;
  private final SplittableRandom chance = new SplittableRandom(SEED);

  /**
   * In a Kafka that has no history.
   *
   * @param kafka how Kafka is reached
   * @param records facts in the journal, 1 or more
   * @param questions how often each question is asked, 1 or more
   * @param progress is told in one line about each step
   */
  public HistoryBench(KafkaAccess kafka, long records, int questions, Consumer<String> progress) {
    this.kafka = kafka;
    this.shape = new Shape(records, ZONES, SERVERS, PARTITIONS);
    // A second has a little more than a fact a zone.
    this.length = Duration.ofSeconds(records / ZONES * 9 / 10);
    this.questions = questions;
    this.progress = progress;
  }

  /** Asks one question about a zone and a moment. */
  private interface Question {
    void ask(ZoneId zone, Instant moment);
  }

  /** Writes the history and asks. */
  public List<Latency> run() throws InterruptedException {
    progress.accept("writing %,d facts and what came of them".formatted(shape.records()));
    new HistoryWriter(kafka, shape).write();
    History history = new KafkaHistory(kafka);
    List<Latency> found = new ArrayList<>();
    questions(history)
        .forEach((scenario, question) -> found.add(asked(scenario, questions, question)));
    found.add(asked("explain from the beginning", 1, explaining(new Bare(history))));
    return found;
  }

  private Map<String, Question> questions(History history) {
    Map<String, Question> asked = new LinkedHashMap<>();
    asked.put("explain at a moment", explaining(history));
    asked.put(
        "replay at a moment",
        (_, at) -> require(Replay.at(history, at) instanceof Replay.Result.Moment, at));
    asked.put(
        "one zone at a moment",
        (zone, at) ->
            require(Replay.at(history, Passage.of(zone), at) instanceof Replay.Result.Moment, at));
    asked.put("100 commands up to a moment", (_, at) -> newest(history, at));
    asked.put(
        "the last 100 commands", (_, at) -> require(!newest(history, Instant.MAX).isEmpty(), at));
    asked.put(
        "series of an hour, 300 points",
        (zone, at) -> Series.of(history, zone, at, at.plus(HOUR), STEP));
    asked.put(
        "series of all of it, 300 points",
        (zone, _) -> Series.of(history, zone, BEGIN, BEGIN.plus(length), length.dividedBy(300)));
    return asked;
  }

  private static Question explaining(History history) {
    return (zone, at) ->
        require(Explanation.of(history, zone, at) instanceof Explanation.Result.Explained, at);
  }

  private static List<ScaleCommand> newest(History history, Instant to) {
    return NewestCommands.of(history, NewestCommands.Wanted.ALL.within(Instant.MIN, to), COMMANDS);
  }

  private Latency asked(String scenario, int times, Question question) {
    progress.accept(scenario);
    int warmUps = times > 1 ? WARM_UPS : 0;
    long[] nanos = new long[times];
    for (int i = -warmUps; i < times; i++) {
      ZoneId zone = shape.zone(chance.nextInt(ZONES));
      Instant at = BEGIN.plusSeconds(1 + chance.nextLong(length.toSeconds()));
      long asked = System.nanoTime();
      question.ask(zone, at);
      if (i >= 0) {
        nanos[i] = System.nanoTime() - asked;
      }
    }
    return Latency.of(scenario, nanos);
  }

  private static void require(boolean answered, Instant at) {
    if (!answered) {
      throw new IllegalStateException("nothing was found at %s".formatted(at));
    }
  }

  /**
   * A history of which no states were kept.
   *
   * @param history the same with them
   */
  private record Bare(History history) implements History {
    @Override
    public String name() {
      return history.name();
    }

    @Override
    public RecordSource journal(Passage passage) {
      return history.journal(passage);
    }

    @Override
    public RecordSource commands(Passage passage) {
      return history.commands(passage);
    }

    @Override
    public SortedSet<ZoneId> zones() {
      return history.zones();
    }

    @Override
    public Optional<Checkpoint> checkpoint(ZoneId zone, Instant time, long offset) {
      return Optional.empty();
    }
  }
}
