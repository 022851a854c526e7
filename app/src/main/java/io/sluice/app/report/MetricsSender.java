package io.sluice.app.report;

import io.sluice.schemas.metric.ServerMetrics;
import java.time.Duration;

/** Takes a server's measurements and sends them on. Never blocks the caller but in {@link #end}. */
public interface MetricsSender {
  /** A sender for a server that has nowhere to send to. */
  static MetricsSender off() {
    return new MetricsSender() {
      @Override
      public void send(ServerMetrics metrics) {
        // Nobody is to hear of it; the status says so.
      }

      @Override
      public SenderStatus status() {
        return SenderStatus.off();
      }

      @Override
      public void end(ServerMetrics last, Duration timeout) {
        // Nothing waits.
      }
    };
  }

  /** Sends a measurement soon; one that still waits is given up for it. */
  void send(ServerMetrics metrics);

  /** How the sending goes. */
  SenderStatus status();

  /**
   * Sends a last measurement and ends the sender.
   *
   * @param timeout most time to wait until it is confirmed
   */
  void end(ServerMetrics last, Duration timeout) throws InterruptedException;
}
