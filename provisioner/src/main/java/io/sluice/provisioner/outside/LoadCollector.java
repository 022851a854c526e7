package io.sluice.provisioner.outside;

import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.LoadNews;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Asks for the figures of zones that are elsewhere, as long as a term lasts, and lets the leader
 * hear of each: of one that does not come, too. Each is asked for by itself, so that a slow one
 * keeps nobody waiting.
 */
public final class LoadCollector implements LeaderTask {
  private static final Duration TURN_MAX = OutsideSource.EVERY_MAX.plusMinutes(1);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private final SortedMap<ZoneId, List<OutsideSource>> sources;
  private final KafkaAccess own;
  private final Loops loops;

  /**
   * A collector of these.
   *
   * @param sources of every zone of the configuration; a zone may have none
   * @param own Sluice's own Kafka
   * @param loops the monitor's
   */
  public LoadCollector(Map<ZoneId, List<OutsideSource>> sources, KafkaAccess own, Loops loops) {
    this.sources = new TreeMap<>(sources);
    this.own = own;
    this.loops = loops;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
    List<Supervised> asking = new ArrayList<>();
    sources.forEach((zone, all) -> {
      term.post(
          new Input.LoadHeard(
              new LoadNews.Sources(
                  zone, all.stream().map(OutsideSource::metric).collect(Collectors.toSet()))));
      for (OutsideSource source : all) {
        asking.add(
            loops.restarting(
                "load-%s-%s".formatted(zone, source.metric()),
                TURN_MAX,
                turns -> goOn(term, zone, source, http, turns)));
      }
    });
    return () -> {
      asking.forEach(Supervised::close);
      http.shutdownNow();
    };
  }

  private void goOn(
      LeaderContext term, ZoneId zone, OutsideSource source, HttpClient http, Loops.Turns turns)
      throws InterruptedException {
    try (FigureReader reader = FigureReader.of(source.place(), http, own)) {
      Patience patience = new Patience(reader);
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        term.post(new Input.LoadHeard(news(zone, source, patience.ask())));
        Thread.sleep(source.every());
      }
    }
  }

  private static LoadNews news(ZoneId zone, OutsideSource source, Figure figure) {
    return switch (figure) {
      case Figure.Known(double value) ->
          new LoadNews.Told(
              zone, source.metric(), value, source.validFor(), source.place().source());
      case Figure.Unknown(String why) ->
          new LoadNews.Unknown(zone, source.metric(), source.place().source() + ": " + why);
    };
  }

  /**
   * Waits for an answer and no longer, whatever holds it up: a name that is looked up can't be
   * called back. As long as one is under way there is no other.
   */
  static final class Patience {
    private final FigureReader reader;
    private final Duration most;
    private final Semaphore free = new Semaphore(1);

    Patience(FigureReader reader) {
      this(reader, FigureReader.ANSWER_MAX);
    }

    Patience(FigureReader reader, Duration most) {
      this.reader = reader;
      this.most = most;
    }

    Figure ask() throws InterruptedException {
      if (!free.tryAcquire()) {
        return new Figure.Unknown("the question before is still under way");
      }
      FutureTask<Figure> question = new FutureTask<>(reader::ask);
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  question.run();
                } finally {
                  free.release();
                }
              });
      try {
        return question.get(most.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException slow) {
        return new Figure.Unknown("no answer came within %d ms".formatted(most.toMillis()));
      } catch (ExecutionException failed) {
        return new Figure.Unknown("it can't be asked: " + failed.getCause());
      } finally {
        asking.interrupt();
      }
    }
  }
}
