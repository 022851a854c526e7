package io.sluice.provisioner.elector;

import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.supervision.Threads;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection that is held open to the leader, so that its crash is seen at once. */
final class HeldLine {
  private static final Logger LOG = LoggerFactory.getLogger(HeldLine.class);

  private final Peers peers;
  private final Consumer<MonitorId> broken;
  private Optional<Threads.Task> held = Optional.empty();

  /**
   * A line to nobody yet.
   *
   * @param broken hears of the end of a connection that was not let go
   */
  HeldLine(Peers peers, Consumer<MonitorId> broken) {
    this.peers = peers;
    this.broken = broken;
  }

  /** Holds a connection to this monitor, and to no other. */
  synchronized void hold(MonitorId peer) {
    letGo();
    Threads.Task task = peers.threads().passing("held-by-" + peer, () -> hang(peer));
    held = Optional.of(task);
    task.start();
  }

  synchronized void letGo() {
    held.ifPresent(Threads.Task::interrupt);
    held = Optional.empty();
  }

  /** Whether whoever calls holds the connection that is to be held. */
  private synchronized boolean holds() {
    return held.filter(Threads.Task::current).isPresent();
  }

  private void hang(MonitorId peer) {
    try {
      peers.hold(peer);
      end(peer, "it ended the connection");
    } catch (IOException failed) {
      end(peer, failed.toString());
    } catch (InterruptedException letGo) {
      Thread.currentThread().interrupt();
    } catch (Throwable unforeseen) {
      // An Error too: a leader that nobody holds any more must not be taken for one that is held.
      LOG.error("the connection to monitor {} ended by something unforeseen", peer, unforeseen);
      end(peer, unforeseen.toString());
    }
  }

  private void end(MonitorId peer, String why) {
    if (!holds()) {
      return;
    }
    LOG.info("the connection to monitor {} is gone: {}", peer, why);
    broken.accept(peer);
  }
}
