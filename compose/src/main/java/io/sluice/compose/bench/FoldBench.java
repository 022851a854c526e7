package io.sluice.compose.bench;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.ZoneState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How many facts a second one core decides on, from memory. Beside the fold run two parts of what
 * others do with the same facts: taking them into the fleet's state without deciding, and reading
 * them from JSON.
 */
public final class FoldBench {
  private static final List<Integer> SERVERS = List.of(3, 100, 10_000);
  private static final int ZONES = 3;
  private static final long RECORDS = 60_000;
  private static final int PASSES = 5;
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 7;

  private final Consumer<String> progress;

  /** Tells in one line about each step. */
  public FoldBench(Consumer<String> progress) {
    this.progress = progress;
  }

  /** Runs it. */
  public List<Row> run() {
    List<Row> rows = new ArrayList<>();
    for (int servers : SERVERS) {
      progress.accept("%d servers a zone".formatted(servers));
      rows.addAll(rows(servers));
    }
    return rows;
  }

  private static List<Row> rows(int servers) {
    List<JournalRecord> facts =
        new GeneratedHistory(new GeneratedHistory.Shape(RECORDS, ZONES, servers, 1)).facts();
    List<byte[]> texts =
        facts.stream().map(fact -> Topics.JOURNAL.value().encode(fact.event())).toList();
    List<LongSupplier> candidates =
        List.of(() -> fold(facts), () -> fleet(facts), () -> decode(texts));
    List<Double> rates = new Rounds(WARM_UPS, ROUNDS).medians(candidates);
    String size = ", %d servers a zone".formatted(servers);
    return List.of(
        new Row("fold" + size, rates.get(0)),
        new Row("fleet's state only" + size, rates.get(1)),
        new Row("reading JSON only" + size, rates.get(2)));
  }

  /** Decides on every fact. */
  static long fold(List<JournalRecord> facts) {
    long commands = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      Map<ZoneId, ZoneState> states = new HashMap<>();
      for (JournalRecord fact : facts) {
        ZoneId zone = fact.event().zone();
        ZoneState before = states.get(zone);
        Decision decision = Decide.step(before == null ? ZoneState.unknown(zone) : before, fact);
        states.put(zone, decision.after());
        commands += decision.command().isPresent() ? 1 : 0;
      }
    }
    return counted(facts.size(), commands);
  }

  private static long fleet(List<JournalRecord> facts) {
    long zones = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      Fleet fleet = Fleet.EMPTY;
      for (JournalRecord fact : facts) {
        fleet = fleet.apply(fact);
      }
      zones += fleet.zones().size();
    }
    return counted(facts.size(), zones);
  }

  private static long decode(List<byte[]> texts) {
    long read = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      for (byte[] text : texts) {
        if (Topics.JOURNAL.value().decode(text) instanceof Decoded.Value<FleetEvent>) {
          read++;
        }
      }
    }
    return counted(texts.size(), read);
  }

  /** The result must be looked at, or the JVM could leave the work out. */
  private static long counted(long records, long result) {
    if (result == 0) {
      throw new IllegalStateException("nothing came of %d facts".formatted(records));
    }
    return records * PASSES;
  }
}
