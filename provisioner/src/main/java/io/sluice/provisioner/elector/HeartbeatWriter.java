package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.supervision.Loops;
import java.net.URI;
import java.time.Duration;

/**
 * Writes heartbeats as long as a term lasts and its loop turns: a leader that is stuck stops to
 * write them.
 */
public final class HeartbeatWriter implements LeaderTask {
  /** A send may wait for Kafka for a second. */
  private static final Duration TURN_MAX = Duration.ofSeconds(10);

  private final LeadershipTopic topic;
  private final Electorate electorate;
  private final URI url;
  private final Loops loops;

  /**
   * Writes heartbeats of this monitor.
   *
   * @param electorate which monitor that is, and how often
   * @param url where it answers
   */
  public HeartbeatWriter(LeadershipTopic topic, Electorate electorate, URI url, Loops loops) {
    this.topic = topic;
    this.electorate = electorate;
    this.url = url;
    this.loops = loops;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    return loops.restarting("heartbeats", TURN_MAX, turns -> write(term, turns))::close;
  }

  private void write(LeaderContext term, Loops.Turns turns) throws InterruptedException {
    try (LeadershipTopic.Writer writer = topic.write("heartbeat")) {
      while (true) {
        turns.turned();
        if (term.turning()) {
          writer.beat(
              new Heartbeat(electorate.self(), term.epoch(), url), electorate.incarnation());
        }
        loops.threads().sleep(electorate.timings().heartbeatInterval());
      }
    }
  }
}
