package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.codec.Codec;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.ZoneState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides everything in a journal once more. */
final class Replay {
  private Replay() {}

  /**
   * Checks that the journal gives the very commands that were given, byte for byte, and that no
   * fact in it contradicts the ones before.
   */
  static void verify(String bootstrap) {
    Codec<ScaleCommand> codec = Topics.SCALE_COMMANDS.value();
    Map<CommandId, String> given = new LinkedHashMap<>();
    for (Entry<ScaleCommand> entry : read(bootstrap, Topics.SCALE_COMMANDS)) {
      given.put(entry.value().id(), new String(codec.encode(entry.value()), UTF_8));
    }
    Map<CommandId, String> recomputed = new LinkedHashMap<>();
    Map<ZoneId, ZoneState> states = new HashMap<>();
    for (Entry<FleetEvent> entry : read(bootstrap, Topics.JOURNAL)) {
      ZoneState before = states.computeIfAbsent(entry.value().zone(), ZoneState::unknown);
      Decision decision =
          Decide.step(before, new JournalRecord(entry.offset(), entry.time(), entry.value()));
      states.put(entry.value().zone(), decision.after());
      decision
          .command()
          .ifPresent(
              command -> recomputed.put(command.id(), new String(codec.encode(command), UTF_8)));
    }

    assertThat(given).isNotEmpty();
    // A command of the very last facts may still be on its way.
    assertThat(recomputed).containsAllEntriesOf(given);
    assertThat(recomputed.size() - given.size()).isBetween(0, 1);
  }

  private static <V> List<Entry<V>> read(
      String bootstrap, io.sluice.schemas.topic.Topic<?, V> topic) {
    try (TopicReader<V> reader =
        new TopicReader<>(
            bootstrap,
            topic,
            problem -> {
              throw new AssertionError(problem);
            })) {
      return reader.toEnd();
    }
  }
}
