package io.sluice.provisioner.leadership;

import static io.sluice.provisioner.Samples.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a leader reads on from when what it would read next is not there. */
class KafkaLeaderLogTest {
  private static final TopicPartition JOURNAL = new TopicPartition(Topics.JOURNAL.name(), 0);
  private static final TopicPartition COMMANDS =
      new TopicPartition(Topics.SCALE_COMMANDS.name(), 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

  @Test
  void commandsAreReadFromTheFirstOneThatIsThere() {
    consumer.assign(List.of(COMMANDS));
    consumer.updateBeginningOffsets(Map.of(COMMANDS, 7L));
    consumer.seek(COMMANDS, 3);

    KafkaLeaderLog.beginAnew(consumer, new OffsetOutOfRangeException(Map.of(COMMANDS, 3L)));

    assertThat(consumer.position(COMMANDS)).isEqualTo(7);
  }

  /** What it could not read it has passed over. */
  @Test
  void theCommandsOfALeaderOfAnEarlierReleaseAreReadAgain() {
    long offset = 40;
    String ours = KafkaLeaderLog.readUpTo(offset).metadata();

    assertThat(from(KafkaLeaderLog.readUpTo(offset))).isEqualTo(offset);
    assertThat(from(new OffsetAndMetadata(offset))).as("it did not say").isZero();
    assertThat(from(new OffsetAndMetadata(offset, "rules " + (ScaleCommand.RULES - 1)))).isZero();
    assertThat(from(new OffsetAndMetadata(offset, "rules " + (ScaleCommand.RULES + 1))))
        .as("a later one could read all")
        .isEqualTo(offset);
    assertThat(from(new OffsetAndMetadata(offset, ours + "?"))).isZero();
    assertThat(from(null)).isZero();
  }

  private static long from(@Nullable OffsetAndMetadata committed) {
    return KafkaLeaderLog.begin(COMMANDS, committed);
  }

  /** What came of it may have been cut off, too. */
  @Test
  void aCommandWhoseCauseWasCutOffTheJournalIsNotCarriedOut() {
    ConsumerRecords<byte[], byte[]> records =
        new ConsumerRecords<>(
            Map.of(
                COMMANDS,
                List.of(
                    record(0, command("zone1@6", List.of("zone1-1"), List.of())),
                    record(1, command("zone1@7", List.of("zone1-2"), List.of())))),
            Map.of());
    KafkaReading reading = new KafkaReading();

    reading.begin(Map.of(0, 7L), Set.of());
    assertThat(reading.batch(records).inputs())
        .satisfiesExactly(
            cutOff -> assertThat(cutOff).isEqualTo(new Input.CommandSkipped(new Place(0, 0))),
            known -> assertThat(known).isInstanceOf(Input.CommandRead.class));
    reading.begin(Map.of(0, 7L), Set.of(0));
    assertThat(reading.batch(records).inputs())
        .as("a snapshot tells what came of them")
        .allMatch(Input.CommandRead.class::isInstance);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, ScaleCommand command) {
    return new ConsumerRecord<>(
        COMMANDS.topic(),
        COMMANDS.partition(),
        offset,
        Topics.SCALE_COMMANDS.key().encode(command.zone()),
        Topics.SCALE_COMMANDS.value().encode(command));
  }

  @Test
  void ofTheJournalNothingMayBeMissing() {
    OffsetOutOfRangeException lost =
        new OffsetOutOfRangeException(Map.of(COMMANDS, 3L, JOURNAL, 9L));

    assertThatThrownBy(() -> KafkaLeaderLog.beginAnew(consumer, lost)).isSameAs(lost);
  }
}
