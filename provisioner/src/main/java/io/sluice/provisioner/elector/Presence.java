package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Electorate;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Writes every second that this process is there, whether or not it leads: records of {@code
 * leadership} without a value, with the incarnation as a header. By them two processes with one id
 * find out about each other.
 */
public final class Presence implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** A send may wait for Kafka for a second. */
  private static final Duration TURN_MAX = Duration.ofSeconds(10);

  private final LeadershipTopic topic;
  private final Electorate electorate;
  private final Loops loops;
  private volatile Optional<Supervised> loop = Optional.empty();

  /** Nothing is written yet. */
  public Presence(LeadershipTopic topic, Electorate electorate, Loops loops) {
    this.topic = topic;
    this.electorate = electorate;
    this.loops = loops;
  }

  /**
   * Begins to write.
   *
   * @param taking whether this monitor takes office just now
   */
  void start(BooleanSupplier taking) {
    loop = Optional.of(loops.restarting("presence", TURN_MAX, turns -> write(taking, turns)));
  }

  private void write(BooleanSupplier taking, Loops.Turns turns) throws InterruptedException {
    try (LeadershipTopic.Writer writer = topic.write("presence")) {
      while (true) {
        turns.turned();
        writer.present(electorate.self(), electorate.incarnation(), taking.getAsBoolean());
        loops.threads().sleep(INTERVAL);
      }
    }
  }

  @Override
  public void close() {
    loop.ifPresent(Supervised::close);
  }
}
