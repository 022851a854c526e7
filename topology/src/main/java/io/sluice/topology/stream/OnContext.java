package io.sluice.topology.stream;

import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * A processor whose work is made when its context is known. When a partition comes (back) to this
 * process, Kafka Streams initialises the processor again, and the work starts with nothing left of
 * what it held in memory: after an aborted transaction that would no longer be true.
 *
 * @param <K> type of the keys read
 * @param <V> type of the values read
 * @param <L> type of the keys forwarded
 * @param <W> type of the values forwarded
 */
final class OnContext<K, V, L, W> implements Processor<K, V, L, W> {
  /**
   * What is done with each record.
   *
   * @param <K> type of the keys read
   * @param <V> type of the values read
   */
  interface Work<K, V> {
    void on(Record<K, V> record);

    default void end() {}
  }

  private final Function<ProcessorContext<L, W>, Work<K, V>> make;
  private @Nullable Work<K, V> work;

  OnContext(Function<ProcessorContext<L, W>, Work<K, V>> make) {
    this.make = make;
  }

  @Override
  public void init(ProcessorContext<L, W> context) {
    work = make.apply(context);
  }

  @Override
  public void process(Record<K, V> record) {
    if (work == null) {
      throw new IllegalStateException("a record before the processor's context: expected after it");
    }
    work.on(record);
  }

  @Override
  public void close() {
    if (work != null) {
      work.end();
      work = null;
    }
  }
}
