package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.elector.LeadershipTopic;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.leadership.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** The topic {@code leadership} as one monitor reaches it. */
final class SimulatedTopic implements LeadershipTopic {
  /** How long a client waits for Kafka; milliseconds. */
  private static final long PATIENCE = 1000;

  private final SimulatedMonitor monitor;
  private final Cluster cluster;

  SimulatedTopic(SimulatedMonitor monitor) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
  }

  @Override
  public Writer write(String part) {
    return new Writer() {
      @Override
      public void beat(Heartbeat heartbeat, Incarnation incarnation) {
        monitor.mayThrow(0.0005);
        send(new Input.Beat(heartbeat.monitor(), incarnation, heartbeat.epoch()));
      }

      @Override
      public void present(MonitorId self, Incarnation incarnation, boolean taking) {
        monitor.mayThrow(0.0005);
        send(new Input.Present(self, incarnation, taking));
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  private void send(Input sign) {
    cluster
        .scheduler()
        .after(
            cluster.dice().between(1, 20),
            () -> {
              if (monitor.broker().reachable(monitor.node())) {
                monitor.broker().sign(sign);
              }
            });
  }

  @Override
  public Reader read() {
    ask();
    return new FromNowOn(monitor.broker().signs().size());
  }

  @Override
  public void restore() {
    throw new IllegalStateException("nobody deletes it here");
  }

  /** Asks Kafka something; throws if it does not answer. */
  private void ask() {
    boolean answers = monitor.broker().reachable(monitor.node());
    pause(answers ? cluster.dice().between(1, 5) : PATIENCE);
    if (!answers) {
      throw new TimeoutException("Kafka does not answer");
    }
  }

  private void pause(long millis) {
    try {
      monitor.threads().sleep(millis);
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    }
  }

  /** Reads what is written since it began. */
  private final class FromNowOn implements Reader {
    private int next;

    FromNowOn(int next) {
      this.next = next;
    }

    @Override
    public void contact() {
      ask();
    }

    @Override
    public List<Input> poll(Duration most) {
      if (fetched().isEmpty()) {
        await(most.toMillis());
      }
      List<Input> heard = new ArrayList<>(fetched());
      next += heard.size();
      heard.removeIf(this::unheard);
      return heard;
    }

    private List<Input> fetched() {
      List<Input> signs = monitor.broker().signs();
      return monitor.broker().reachable(monitor.node())
          ? signs.subList(next, signs.size())
          : List.of();
    }

    private void await(long most) {
      try {
        Coroutine me = cluster.scheduler().running().orElseThrow();
        long mine = me.prepare();
        monitor
            .broker()
            .listen(
                () -> monitor.process().after(cluster.dice().between(1, 5), () -> me.wake(mine)));
        me.park(most);
      } catch (InterruptedException interrupted) {
        throw new InterruptException(interrupted);
      }
    }

    /** What a flaw keeps from it. */
    private boolean unheard(Input sign) {
      return switch (sign) {
        case Input.Beat(var leader, var _, var _) ->
            cluster.has(Flaw.NO_HEARTBEATS)
                || (cluster.has(Flaw.NO_SIGNS) && leader.equals(monitor.id()));
        case Input.Present(var self, var _, var _) ->
            cluster.has(Flaw.NO_SIGNS) && self.equals(monitor.id());
        case Input ignored -> false;
      };
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
