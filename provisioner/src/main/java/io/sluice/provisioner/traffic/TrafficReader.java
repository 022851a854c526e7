package io.sluice.provisioner.traffic;

import static io.sluice.schemas.topic.Topics.BALANCER_METRICS;

import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Lets the leader hear of what balancers count, of the zones whose new template has a first server
 * to be judged. While there is none, which is nearly always, nothing is read and nobody is
 * connected.
 */
public final class TrafficReader implements LeaderTask {
  private static final Duration TURN_MAX = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Loops loops;

  /**
   * A reader that is not connected yet.
   *
   * @param consumers makes a consumer of its own for each time that there is something to read
   * @param loops the monitor's
   */
  public TrafficReader(Supplier<Consumer<byte[], byte[]>> consumers, Loops loops) {
    this.consumers = consumers;
    this.loops = loops;
  }

  /** A consumer of the topic, which reads what is new. */
  public static Consumer<byte[], byte[]> consumer(KafkaSettings kafka) {
    return new KafkaConsumer<>(
        kafka.trafficConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    Supervised reading = loops.restarting("traffic", TURN_MAX, turns -> goOn(term, turns));
    return reading::close;
  }

  private void goOn(LeaderContext term, Loops.Turns turns) throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      turns.turned();
      if (judged(term).isEmpty()) {
        Thread.sleep(LOOK_EVERY);
      } else {
        read(term, turns);
      }
    }
  }

  /** As long as there is a zone to be judged. */
  private void read(LeaderContext term, Loops.Turns turns) {
    Consumer<byte[], byte[]> consumer = consumers.get();
    try {
      int partitions = consumer.partitionsFor(BALANCER_METRICS.name()).size();
      for (Set<ZoneId> zones = judged(term); !zones.isEmpty(); zones = judged(term)) {
        turns.turned();
        assign(consumer, zones, partitions);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(LOOK_EVERY)) {
          report(record)
              .filter(report -> judged(term).contains(report.zone()))
              .ifPresent(report -> term.post(new Input.TrafficHeard(report)));
        }
      }
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private static void assign(Consumer<byte[], byte[]> consumer, Set<ZoneId> zones, int partitions) {
    Set<TopicPartition> wanted =
        zones.stream().map(zone -> partition(zone, partitions)).collect(Collectors.toSet());
    Set<TopicPartition> present = consumer.assignment();
    if (!present.equals(wanted)) {
      List<TopicPartition> further = new ArrayList<>(wanted);
      further.removeAll(present);
      consumer.assign(new HashSet<>(wanted));
      if (!further.isEmpty()) {
        consumer.seekToEnd(further);
      }
    }
  }

  private static TopicPartition partition(ZoneId zone, int partitions) {
    byte[] key = BALANCER_METRICS.key().encode(zone);
    return new TopicPartition(
        BALANCER_METRICS.name(), BuiltInPartitioner.partitionForKey(key, partitions));
  }

  /**
   * Servers report to the same topic; what can't be read is put with the dead letters elsewhere.
   */
  private static Optional<BalancerMetrics> report(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || !BalancerMetrics.isOne(record.value())) {
      return Optional.empty();
    }
    return switch (BALANCER_METRICS.value().decode(record.value())) {
      case Decoded.Value<BalancerMetrics>(BalancerMetrics report) -> Optional.of(report);
      case Decoded.UnknownType<BalancerMetrics> ignored -> Optional.empty();
      case Decoded.Malformed<BalancerMetrics> ignored -> Optional.empty();
    };
  }

  private static Set<ZoneId> judged(LeaderContext term) {
    return term.state().view().zones().values().stream()
        .filter(zone -> zone.policy().canary().isOn())
        .filter(zone -> zone.canary().isPresent())
        .map(Zone::id)
        .collect(Collectors.toSet());
  }
}
