package io.sluice.provisioner.gate;

import io.sluice.provisioner.gate.rule.GateRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for calls to an engine, and passes on what its rules allow. Each connection serves one
 * call, so that nothing can hide behind a call that was allowed.
 */
public final class Gate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  /** Each server that is measured takes one for as long as it runs. */
  private static final int CONNECTIONS_MAX = 10_000;

  private static final int BACKLOG = 256;

  private final GateRules rules;
  private final Path engine;
  private final ServerSocket listener;
  private final Set<Passage> open = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(CONNECTIONS_MAX);

  private Gate(GateConfig config, ServerSocket listener) {
    this.rules = config.rules();
    this.engine = config.engine();
    this.listener = listener;
  }

  /**
   * Opens a gate.
   *
   * @throws IOException if it can't listen where it is to
   */
  public static Gate open(GateConfig config) throws IOException {
    ServerSocket listener =
        new ServerSocket(config.port(), BACKLOG, InetAddress.getByName(config.host()));
    Gate gate = new Gate(config, listener);
    Thread.ofPlatform().name("gate").start(gate::listen);
    return gate;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        room.acquireUninterruptibly();
        serve(listener.accept());
      } catch (IOException failed) {
        room.release();
        if (!listener.isClosed()) {
          LOG.warn("a call could not be taken: {}", failed.toString());
        }
      }
    }
  }

  private void serve(Socket client) {
    Passage passage = new Passage(client, engine, rules);
    open.add(passage);
    Thread.ofVirtual()
        .name("call")
        .start(() -> {
          try (passage) {
            passage.serve();
          } catch (IOException broken) {
            LOG.debug("a call broke off", broken);
          } finally {
            open.remove(passage);
            room.release();
          }
        });
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Passage passage : open) {
      passage.close();
    }
  }
}
