package io.sluice.compose.e2e;

import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import java.util.List;

/** What stands in a topic, all of which must be readable. */
final class Records {
  private Records() {}

  static <V> List<Entry<V>> of(String bootstrap, Topic<?, V> topic) {
    try (TopicReader<V> reader =
        new TopicReader<>(
            KafkaAccess.at(bootstrap),
            topic,
            problem -> {
              throw new AssertionError(problem);
            })) {
      return reader.toEnd();
    }
  }
}
