package io.sluice.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.NotCoordinatorException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BrokerFaultsTest {
  @ParameterizedTest
  @MethodSource
  void getsOverWhatABrokerAnswersInTrouble(Throwable fault) {
    assertThat(BrokerFaults.passes(fault)).isTrue();
    assertThat(BrokerFaults.passes(new StreamsException("in a thread", fault))).isTrue();
  }

  private static Stream<Throwable> getsOverWhatABrokerAnswersInTrouble() {
    return Stream.of(
        new TimeoutException("no answer"),
        new NotCoordinatorException("another one"),
        new GroupIdNotFoundException("Streams group sluice not found."),
        new InvalidTxnStateException("aborted meanwhile"),
        new RecordTooLargeException("a limit that was lowered"),
        new IllegalStateException("under a callback of ours"),
        ofKafkasOwn(new IllegalStateException("Consumer is not subscribed to any topics")));
  }

  private static Throwable ofKafkasOwn(Throwable fault) {
    fault.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(
              "org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer", "poll", null, 1)
        });
    return fault;
  }

  @ParameterizedTest
  @MethodSource
  void stopsAtWhatWouldComeAgain(Throwable fault) {
    assertThat(BrokerFaults.passes(fault)).isFalse();
    assertThat(BrokerFaults.passes(new StreamsException("in a thread", fault))).isFalse();
  }

  private static Stream<Throwable> stopsAtWhatWouldComeAgain() {
    return Stream.of(
        new TopicAuthorizationException("journal"),
        new UnsupportedVersionException("too old"),
        new OutOfMemoryError("of the heap"),
        new TopologyFailure("six partitions, expected five", new TimeoutException("whatever")));
  }
}
