package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.observe.OpenPane;
import io.sluice.topology.observe.Pane;
import io.sluice.topology.observe.PaneCodec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First half of observe: reduces the reports of one metrics partition to a pane per second and
 * zone. Its state is soft, see {@link OpenPane}.
 */
public final class PanesProcessor implements OnContext.Work<byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(PanesProcessor.class);

  /** So many servers are named in the log, each once. */
  private static final int NAMED_MAX = 1_000;

  private static final PaneCodec PANES = new PaneCodec();

  private final ProcessorContext<byte[], byte[]> context;
  private final PromptCommits commits;
  private final OpenPane open = new OpenPane();
  private final Sensor late;
  private final Sensor old;
  private final Sensor repeated;
  private final Sensor dropped;
  private final Set<ServerId> named = new HashSet<>();

  /**
   * Ends the open pane if no record does; none while nothing is open. Kafka Streams commits after
   * each timer that fires, whatever comes of it, so that none runs without need.
   */
  private Optional<Cancellable> timer = Optional.empty();

  private PanesProcessor(ProcessorContext<byte[], byte[]> context, PromptCommits commits) {
    this.context = context;
    this.commits = commits;
    this.late = Counters.add(context, "observe-panes", "late-reports");
    this.old = Counters.add(context, "observe-panes", "old-reports");
    this.repeated = Counters.add(context, "observe-panes", "repeated-reports");
    this.dropped = Counters.add(context, "observe-panes", "dropped-metrics");
  }

  /** A processor for one partition. */
  public static Processor<byte[], byte[], byte[], byte[]> create(PromptCommits commits) {
    return new OnContext<>(context -> new PanesProcessor(context, commits));
  }

  @Override
  public void on(Record<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value != null && BalancerMetrics.isOne(value)) {
      forwardOfBalancer(record.key(), value, record.timestamp());
      return;
    }
    ServerMetrics report = read(record.key(), record.value());
    if (open.endsBefore(record.timestamp())) {
      forwardClosed();
    }
    switch (add(report, record.timestamp())) {
      case COUNTED -> {}
      case REPEATED -> repeated.record();
      case LATE -> late.record();
      case OLD -> old.record();
    }
    if (open.isOpen() && timer.isEmpty()) {
      timer =
          Optional.of(
              context.schedule(
                  Duration.ofMillis(Pane.LENGTH_MILLIS),
                  PunctuationType.WALL_CLOCK_TIME,
                  ignored -> closeOverdue()));
    }
  }

  /** Adds a report; one that can't be added is its own server's fault. */
  private OpenPane.Taken add(ServerMetrics report, long appended) {
    try {
      OpenPane.Taken taken = open.add(report, appended, context.currentSystemTimeMs());
      count(report.server(), open.takeDropped());
      return taken;
    } catch (RuntimeException fault) {
      throw new MalformedRecordException("it can't be added: " + fault);
    }
  }

  private void count(ServerId server, long left) {
    if (left > 0) {
      dropped.record((double) left);
      if (named.size() < NAMED_MAX && named.add(server)) {
        LOG.warn(
            "server {} reports more than {} metrics: {} of them are left out",
            server,
            Pane.METRICS_MAX,
            left);
      }
    }
  }

  @Override
  public void end() {
    context.metrics().removeSensor(late);
    context.metrics().removeSensor(old);
    context.metrics().removeSensor(repeated);
    context.metrics().removeSensor(dropped);
  }

  private void closeOverdue() {
    if (open.overdue(context.currentSystemTimeMs())) {
      forwardClosed();
    }
  }

  private void forwardClosed() {
    timer.ifPresent(Cancellable::cancel);
    timer = Optional.empty();
    open.close().forEach((zone, panes) -> panes.forEach(pane -> forward(zone, pane)));
  }

  private void forward(ZoneId zone, Pane pane) {
    context.forward(
        new Record<>(
            Topics.ZONE_KEY.encode(zone), PANES.encode(pane), pane.second() * Pane.LENGTH_MILLIS));
    commits.written(context);
  }

  /** What a balancer reports of a zone needs no pane: it is one already. */
  private void forwardOfBalancer(byte @Nullable [] key, byte[] value, long appended) {
    BalancerMetrics report =
        value(Topics.BALANCER_METRICS.value().decode(value), Function.identity());
    byte[] zone = Topics.ZONE_KEY.encode(report.zone());
    if (!Arrays.equals(zone, key)) {
      throw new MalformedRecordException(
          Sentence.of("report of a balancer: expected the key '%s', its zone", report.zone()));
    }
    context.forward(new Record<>(zone, BalancerReports.packed(value), appended));
  }

  private static ServerMetrics read(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || value == null) {
      throw new MalformedRecordException(
          Sentence.of(
              "metrics record without a %s: expected a server and its report",
              key == null ? "key" : "value"));
    }
    ServerId server = value(Topics.METRICS.key().decode(key), problem -> "key: " + problem);
    ServerMetrics report = value(Topics.METRICS.value().decode(value), Function.identity());
    if (!server.equals(report.server())) {
      throw new MalformedRecordException(
          Sentence.of("key '%s': expected the reporting server '%s'", server, report.server()));
    }
    return report;
  }

  private static <T> T value(Decoded<T> decoded, Function<String, String> problem) {
    return decoded.orElseThrow(text -> new MalformedRecordException(problem.apply(text)));
  }
}
