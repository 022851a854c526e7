package io.sluice.provisioner.elector;

import io.sluice.provisioner.election.Message;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Calls to other monitors; each blocks its thread until it is answered, or until it fails. */
public interface PeerCalls extends AutoCloseable {
  /** Where a monitor answers; empty for one that this monitor's file does not name. */
  Optional<URI> url(MonitorId peer);

  /**
   * Hands in a message.
   *
   * @throws java.net.ConnectException if its host says that nobody listens there
   * @throws IOException if it was not taken
   * @throws InterruptedException if whoever calls was interrupted
   */
  void send(MonitorId to, Message message) throws IOException, InterruptedException;

  /**
   * Whether a monitor says that it leads.
   *
   * @throws java.net.ConnectException if its host says that nobody listens there
   * @throws IOException if it does not answer
   * @throws InterruptedException if whoever calls was interrupted
   */
  boolean leads(MonitorId peer) throws IOException, InterruptedException;

  /**
   * Opens a connection and reads from it until it ends.
   *
   * @throws IOException however it ends, unless the other side says that it ends
   * @throws InterruptedException if whoever calls was interrupted
   */
  void hold(MonitorId peer) throws IOException, InterruptedException;

  @Override
  void close();
}
