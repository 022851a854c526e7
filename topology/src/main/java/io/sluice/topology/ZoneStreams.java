package io.sluice.topology;

import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.stream.BrokerFaults;
import io.sluice.topology.stream.ChangelogTopics;
import io.sluice.topology.stream.KafkaRecall;
import io.sluice.topology.stream.StateStores;
import io.sluice.topology.stream.TopologyFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topology at work in this process. It goes on through faults of the broker that pass; any
 * other fault stops it, is told to whoever waits for {@link #failure}, and stands in {@link
 * #status}.
 */
public final class ZoneStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZoneStreams.class);

  /** How long the broker may take to say which topics there are. */
  private static final Duration DESCRIBE_TIMEOUT = Duration.ofSeconds(30);

  /** How long closing may take: one commit, and leaving the group. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** Before a thread that ended with a fault gets a successor. */
  private static final Duration REPLACE_PAUSE = Duration.ofMillis(200);

  /** How it is doing. */
  public sealed interface Status {
    /** It waits for its share of the partitions, or restores their state. */
    record Starting() implements Status {}

    /** It works. */
    record Running() implements Status {}

    /**
     * It has stopped because of a fault, and does not go on by itself.
     *
     * @param cause the fault
     */
    record Failed(Throwable cause) implements Status {}

    /** It was closed. */
    record Closed() implements Status {}
  }

  private final KafkaRecall recall;
  private final KafkaStreams streams;
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private ZoneStreams(TopologyConfig config) {
    recall = new KafkaRecall(config.bootstrap(), config.kafka());
    streams =
        new KafkaStreams(ZoneTopology.build(config.partitions(), recall), config.properties());
    streams.setUncaughtExceptionHandler(this::respond);
    streams.setStateListener((next, before) -> entered(next));
  }

  /**
   * Starts the topology, and does not wait until it has its partitions.
   *
   * @throws TopologyFailure if a topic is missing, the journal has another number of partitions
   *     than configured, or the broker cannot be asked
   */
  public static ZoneStreams start(TopologyConfig config) {
    checkTopics(config);
    ZoneStreams started = new ZoneStreams(config);
    started.streams.start();
    return started;
  }

  /** How it is doing at this moment. */
  public Status status() {
    if (failure.isDone()) {
      return new Status.Failed(failure.join());
    }
    return switch (streams.state()) {
      case CREATED, REBALANCING -> new Status.Starting();
      case RUNNING -> new Status.Running();
      case PENDING_ERROR, ERROR -> new Status.Failed(unexplained());
      case PENDING_SHUTDOWN, NOT_RUNNING -> new Status.Closed();
    };
  }

  /** The zones that it decides for, as they stand; none while it has no share, or moves. */
  public List<ZoneState> zones() {
    if (!streams.state().isRunningOrRebalancing()) {
      return List.of();
    }
    try {
      return StateStores.zonesOf(streams);
    } catch (InvalidStateStoreException moving) {
      LOG.debug("the zones can't be asked for while they move", moving);
      return List.of();
    }
  }

  /** Completes with the fault that stopped it; never, if none does. */
  public CompletionStage<Throwable> failure() {
    return failure.minimalCompletionStage();
  }

  /**
   * Waits until it works.
   *
   * @throws TopologyFailure if it fails instead, or does not work within this time
   */
  public void awaitRunning(Duration atMost) {
    try {
      running.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new TopologyFailure("the topology failed while it started", causeOf(failed));
    } catch (TimeoutException late) {
      throw new TopologyFailure(
          Sentence.of("the topology is %s after %s: expected it to run", streams.state(), atMost),
          late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TopologyFailure("interrupted while the topology started", interrupted);
    }
  }

  /** Commits what is done, gives up its partitions at once so that others take them, and ends. */
  @Override
  public void close() {
    boolean closed =
        streams.close(
            CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    if (!closed) {
      LOG.warn("the topology did not end within {}: its threads are left behind", CLOSE_TIMEOUT);
    }
    recall.close();
  }

  private StreamThreadExceptionResponse respond(Throwable fault) {
    if (BrokerFaults.passes(fault)) {
      LOG.warn("a thread of the topology is replaced after a fault of the broker", fault);
      // A broker that answers the same at once must not keep a processor busy. The thread ends.
      LockSupport.parkNanos(REPLACE_PAUSE.toNanos());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    fail(clearest(fault));
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void entered(State state) {
    if (state == State.RUNNING) {
      running.complete(null);
    } else if (state == State.ERROR || state == State.PENDING_ERROR) {
      fail(unexplained());
    }
  }

  private void fail(Throwable fault) {
    if (failure.complete(fault)) {
      LOG.error("the topology stops", fault);
      running.completeExceptionally(fault);
    }
  }

  private static TopologyFailure unexplained() {
    return new TopologyFailure(
        "Kafka Streams stopped without a cause; expected its log to say more");
  }

  /** What this module itself says of the fault, if it does, instead of what Kafka says of that. */
  private static Throwable clearest(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof TopologyFailure own) {
        return own;
      }
    }
    return fault;
  }

  private static void checkTopics(TopologyConfig config) {
    try (Admin admin = Admin.create(adminSettings(config))) {
      DescribeTopicsOptions options =
          new DescribeTopicsOptions().timeoutMs(Math.toIntExact(DESCRIBE_TIMEOUT.toMillis()));
      List<String> names = Topics.common().stream().map(Topic::name).toList();
      var topics = admin.describeTopics(names, options).topicNameValues();
      int partitions = 0;
      for (var topic : topics.entrySet()) {
        // Asked for each, so that a missing one is noticed whichever it is.
        int count = topic.getValue().get().partitions().size();
        partitions = topic.getKey().equals(Topics.JOURNAL.name()) ? count : partitions;
      }
      if (partitions != config.partitions()) {
        throw new TopologyFailure(
            Sentence.of(
                "topic '%s' has %d partitions: expected %d, as configured",
                Topics.JOURNAL.name(), partitions, config.partitions()));
      }
      ChangelogTopics.make(
          admin, config.applicationId(), config.partitions(), config.replication());
    } catch (ExecutionException failed) {
      throw new TopologyFailure(
          Sentence.of(
              "the topics at %s can't be used: %s",
              config.bootstrap(), String.valueOf(causeOf(failed).getMessage())),
          causeOf(failed));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TopologyFailure("interrupted while the topics were checked", interrupted);
    }
  }

  private static Throwable causeOf(ExecutionException failed) {
    Throwable cause = failed.getCause();
    return cause == null ? failed : cause;
  }

  private static Map<String, Object> adminSettings(TopologyConfig config) {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put("bootstrap.servers", config.bootstrap());
    return settings;
  }
}
