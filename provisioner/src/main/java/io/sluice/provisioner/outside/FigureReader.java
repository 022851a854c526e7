package io.sluice.provisioner.outside;

import io.sluice.provisioner.outside.OutsideSource.Place;
import io.sluice.schemas.config.KafkaAccess;
import java.net.http.HttpClient;
import java.time.Duration;

/** Asks one place for its figure, again and again; used by one thread at a time. */
interface FigureReader extends AutoCloseable {
  /** What takes longer is no answer. */
  Duration ANSWER_MAX = Duration.ofSeconds(5);

  /**
   * Asks once. What is foreseen to fail comes back as {@link Figure.Unknown}.
   *
   * @throws InterruptedException if nobody waits for the answer any more
   */
  Figure ask() throws InterruptedException;

  @Override
  void close();

  /**
   * Whoever asks there.
   *
   * @param own Sluice's own Kafka
   */
  static FigureReader of(Place place, HttpClient http, KafkaAccess own) {
    return switch (place) {
      case Place.RedisList list -> new RedisListReader(list);
      case Place.GroupLag lag -> new GroupLagReader(lag, own);
      case Place.PromQl query -> new PromQlReader(query, http);
    };
  }
}
