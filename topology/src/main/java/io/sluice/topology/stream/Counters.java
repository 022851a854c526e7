package io.sluice.topology.stream;

import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** What processors count beside their work, among the metrics of Kafka Streams. */
final class Counters {
  private Counters() {}

  /** Counts under {@code <what>-total} and {@code <what>-rate}, per task. */
  static Sensor add(ProcessorContext<?, ?> context, String processor, String what) {
    return context
        .metrics()
        .addRateTotalSensor(
            "sluice",
            context.taskId().toString(),
            what,
            RecordingLevel.INFO,
            "processor",
            processor);
  }
}
