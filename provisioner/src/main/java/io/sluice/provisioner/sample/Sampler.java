package io.sluice.provisioner.sample;

import static io.sluice.schemas.topic.Topics.METRICS;

import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerFleet.Sampling;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code metrics} for the ready servers of zones whose template says that the engine
 * measures, as long as a term lasts. A sample that can't be written is lost: the next one is a
 * second away, and a zone whose servers are not heard of does not shrink. A server that can't be
 * measured, since its zone's engine is none that the fleet knows or it does not answer, keeps none
 * of the others from it.
 */
public final class Sampler implements LeaderTask {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

  /** How often it is looked who is to be measured. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A look begins samplings, and waits for none of them. */
  private static final Duration TURN_MAX = Duration.ofSeconds(30);

  private final ServerFleet fleet;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final Loops loops;

  /**
   * A sampler of this fleet.
   *
   * @param producers connects to Kafka; asked once per term, and not before anybody is measured
   * @param loops the monitor's
   */
  public Sampler(ServerFleet fleet, Supplier<Producer<byte[], byte[]>> producers, Loops loops) {
    this.fleet = fleet;
    this.producers = producers;
    this.loops = loops;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    Transition round = new Transition(term);
    Supervised loop = loops.restarting("sampler", TURN_MAX, round::goOn);
    return () -> {
      loop.close();
      round.close();
    };
  }

  /** Who is to be measured, by what the journal says. */
  static Set<ServerId> measured(Fleet view) {
    return view.zones().values().stream()
        .filter(zone -> zone.template().container().metrics() == Measurer.ENGINE)
        .flatMap(zone -> zone.servers().values().stream())
        .filter(server -> server.state() == ServerState.READY)
        .map(io.sluice.schemas.fleet.Server::id)
        .collect(Collectors.toSet());
  }

  /** One term's sampling. */
  private final class Transition {
    private final LeaderContext term;
    private final Map<ServerId, Sampling> samplings = new HashMap<>();
    private final Set<ServerId> unmeasured = new HashSet<>();
    private Optional<Producer<byte[], byte[]>> producer = Optional.empty();
    private boolean closed;

    Transition(LeaderContext term) {
      this.term = term;
    }

    void goOn(Loops.Turns turns) throws InterruptedException {
      while (look()) {
        turns.turned();
        Thread.sleep(LOOK);
      }
    }

    private synchronized boolean look() {
      if (closed) {
        return false;
      }
      Set<ServerId> wanted = measured(term.state().fleet());
      samplings
          .entrySet()
          .removeIf(entry -> {
            boolean gone = !wanted.contains(entry.getKey());
            if (gone) {
              entry.getValue().close();
            }
            return gone || entry.getValue().isOver();
          });
      if (!wanted.isEmpty() && producer.isEmpty()) {
        producer = Optional.of(producers.get());
      }
      unmeasured.retainAll(wanted);
      producer.ifPresent(kafka -> wanted.forEach(server -> measure(kafka, server)));
      return true;
    }

    /** Whatever keeps one from being measured is no trouble of the others. */
    private void measure(Producer<byte[], byte[]> kafka, ServerId server) {
      if (samplings.containsKey(server)) {
        return;
      }
      try {
        samplings.put(server, fleet.sample(server, sample -> write(kafka, sample)));
        unmeasured.remove(server);
      } catch (RuntimeException failed) {
        if (unmeasured.add(server)) {
          LOG.warn("server {} can't be measured, which is tried again and again", server, failed);
        }
      }
    }

    synchronized void close() {
      closed = true;
      samplings.values().forEach(Sampling::close);
      producer.ifPresent(kafka -> kafka.close(Duration.ZERO));
    }
  }

  private static void write(Producer<byte[], byte[]> kafka, Sample sample) {
    ServerMetrics metrics =
        new ServerMetrics(
            sample.server(),
            sample.at(),
            HealthStatus.HEALTHY,
            sample.values(),
            Optional.of(Measurer.ENGINE));
    try {
      var _ =
          kafka.send(
              new ProducerRecord<>(
                  METRICS.name(),
                  METRICS.key().encode(sample.server()),
                  METRICS.value().encode(metrics)),
              (written, failed) -> {
                if (failed != null) {
                  LOG.debug("a sample of server {} was not written", sample.server(), failed);
                }
              });
    } catch (KafkaException | IllegalStateException failed) {
      // Kafka is out of reach, or the term is over.
      LOG.debug("a sample of server {} can't be written", sample.server(), failed);
    }
  }
}
