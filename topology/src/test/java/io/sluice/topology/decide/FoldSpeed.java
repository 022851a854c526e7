package io.sluice.topology.decide;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prints how many journal records one thread folds per second, in memory. */
public final class FoldSpeed {
  private static final int RECORDS = 1_000;
  private static final int ROUNDS = 12;
  private static final Duration ROUND = Duration.ofSeconds(1);

  private FoldSpeed() {}

  /** Takes the number of servers in the zone; 3 without it. */
  public static void main(String[] arguments) {
    int servers = arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]);
    History history = History.running(History.between(servers, servers));
    ZoneState start = history.state();
    List<JournalRecord> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      history.pass(Duration.ofSeconds(1));
      Map<Metric, Double> load =
          Map.of(Metric.CPU, 20.0 + i % 60, Metric.MEMORY, 40.0, Metric.THROUGHPUT, 1.0 * i);
      records.add(new JournalRecord(i + 10, history.time(), history.load(load, servers)));
    }
    for (int round = 1; round <= ROUNDS; round++) {
      System.out.printf("%d servers: %,.0f records/s%n", servers, rate(start, records));
    }
  }

  private static double rate(ZoneState start, List<JournalRecord> records) {
    long begin = System.nanoTime();
    long end = begin;
    long folded = 0;
    long commands = 0;
    while (end - begin < ROUND.toNanos()) {
      ZoneState state = start;
      for (JournalRecord entry : records) {
        Decision decision = Decide.step(state, entry);
        commands += decision.command().isPresent() ? 1 : 0;
        state = decision.after();
      }
      folded += records.size();
      end = System.nanoTime();
    }
    if (commands != 0) {
      throw new IllegalStateException(commands + " commands: expected none in a steady zone");
    }
    return folded * 1e9 / (end - begin);
  }
}
