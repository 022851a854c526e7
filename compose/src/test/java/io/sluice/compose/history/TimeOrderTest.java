package io.sluice.compose.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimeOrderTest {
  @Test
  void theEarliestComesFirstWhateverItsPartition() {
    TimeOrder order = new TimeOrder(List.of(0, 1));
    order.add(record(0, 0, 20));
    order.add(record(1, 0, 10));
    order.end(0);
    order.end(1);

    assertThat(order.next().map(RawRecord::partition)).contains(1);
    assertThat(order.next().map(RawRecord::partition)).contains(0);
    assertThat(order.next()).isEmpty();
  }

  @Test
  void nothingIsTakenOutWhileAnEarlierOneMayStillCome() {
    TimeOrder order = new TimeOrder(List.of(0, 1));
    order.add(record(0, 0, 20));

    assertThat(order.next()).isEmpty();

    order.add(record(1, 0, 15));
    assertThat(order.next().map(RawRecord::partition)).contains(1);
    assertThat(order.next()).isEmpty();

    order.end(1);
    assertThat(order.next().map(RawRecord::partition)).contains(0);
  }

  @Property
  void whateverTheBatchesAllIsToldOnceAndInOrder(
      @ForAll @Size(min = 1, max = 4) List<@Size(max = 20) List<@IntRange(max = 50) Integer>> times,
      @ForAll @IntRange(min = 1, max = 7) int batch) {
    TreeMap<Integer, RecordSource> sources = new TreeMap<>();
    List<RawRecord> all = new ArrayList<>();
    for (int partition = 0; partition < times.size(); partition++) {
      List<RawRecord> records = new ArrayList<>();
      int[] sorted = times.get(partition).stream().mapToInt(Integer::intValue).sorted().toArray();
      for (int offset = 0; offset < sorted.length; offset++) {
        records.add(record(partition, offset, sorted[offset]));
      }
      all.addAll(records);
      sources.put(partition, new Batches(records, batch));
    }

    List<RawRecord> told = new ArrayList<>();
    try (PulledInOrder pulled = new PulledInOrder(sources)) {
      for (var next = pulled.next(); !next.isEmpty(); next = pulled.next()) {
        told.addAll(next);
      }
    }

    assertThat(told).containsExactlyInAnyOrderElementsOf(all);
    assertThat(told).extracting(RawRecord::time).isSorted();
    for (int partition = 0; partition < times.size(); partition++) {
      int own = partition;
      assertThat(told.stream().filter(one -> one.partition() == own).map(RawRecord::offset))
          .isSorted();
    }
  }

  private static RawRecord record(int partition, long offset, long seconds) {
    return new RawRecord(
        partition, offset, Instant.ofEpochSecond(seconds), null, null, new TreeMap<>(Map.of()));
  }

  private static final class Batches implements RecordSource {
    private final List<RawRecord> records;
    private final int batch;
    private int next;

    Batches(List<RawRecord> records, int batch) {
      this.records = records;
      this.batch = batch;
    }

    @Override
    public List<RawRecord> next() {
      int begin = next;
      next = Math.min(records.size(), begin + batch);
      return records.subList(begin, next);
    }

    @Override
    public long size() {
      return records.size();
    }

    @Override
    public void close() {}
  }
}
