package io.sluice.gate;

import io.sluice.schemas.supervision.Halt;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for calls to an engine, and has the engine asked what its rules allow. Each connection
 * serves one call, so that nothing can hide behind a call that was allowed. A fault that nobody
 * foresaw ends the process, since a gate that is there and deaf would not be started again.
 */
public final class Gate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final String LOOP = "gate";
  private static final int BACKLOG = 256;

  /** What the kernel keeps of a request that is not read yet. */
  private static final int RECEIVE_BYTES = 64 * 1024;

  /** How many may be told at once that there is no room; more than these are cut off. */
  private static final int DECLINED_MAX = 64;

  private static final Duration PAUSE_MIN = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

  private final GateConfig config;
  private final ServerSocket listener;
  private final Halt halt;
  private final ClientConnection.Surroundings around;
  private final Places places;
  private final Semaphore declining = new Semaphore(DECLINED_MAX);
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private Duration pause = PAUSE_MIN;

  Gate(GateConfig config, ServerSocket listener, GateLimits limits, Halt halt) {
    this.config = config;
    this.listener = listener;
    this.halt = halt;
    this.places = new Places(limits);
    this.around =
        new ClientConnection.Surroundings(
            limits,
            new Semaphore(limits.requestBytes()),
            new Semaphore(limits.inspections()),
            new Alarms());
  }

  /**
   * Opens a gate.
   *
   * @throws IOException if it can't listen where it is to
   */
  public static Gate open(GateConfig config) throws IOException {
    return open(config, GateLimits.DEFAULT);
  }

  static Gate open(GateConfig config, GateLimits limits) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReceiveBufferSize(RECEIVE_BYTES);
      listener.bind(
          new InetSocketAddress(InetAddress.getByName(config.host()), config.port()), BACKLOG);
    } catch (IOException taken) {
      listener.close();
      throw taken;
    }
    return new Gate(config, listener, limits, Halt.ofProcess()).start();
  }

  Gate start() {
    Thread.ofPlatform().name(LOOP).start(this::listen);
    return this;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  private void listen() {
    try {
      while (!listener.isClosed()) {
        accept();
      }
    } catch (Throwable fault) {
      halt.halt(LOOP, fault);
    }
  }

  private void accept() throws InterruptedException {
    Socket client;
    try {
      client = listener.accept();
    } catch (IOException failed) {
      if (!listener.isClosed()) {
        // Such as too many open files: trying again at once would only take the processor.
        LOG.warn("no call could be taken, the next try in {}: {}", pause, failed.toString());
        var _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
      }
      return;
    }
    pause = PAUSE_MIN;
    admit(client);
  }

  private void admit(Socket client) {
    InetAddress address = client.getInetAddress();
    ClientConnection connection =
        new ClientConnection(client, config.engine(), config.rules(), around);
    if (places.take(address)) {
      run(connection, connection::serve, () -> places.give(address));
    } else if (declining.tryAcquire()) {
      run(connection, connection::decline, declining::release);
    } else {
      shut(connection);
    }
  }

  /** What is done with a connection. */
  private interface Service {
    void serve() throws IOException;
  }

  private void run(ClientConnection connection, Service service, Runnable after) {
    open.add(connection);
    Thread.ofVirtual()
        .name("call")
        .start(() -> {
          try {
            service.serve();
          } catch (IOException broken) {
            LOG.debug("a call broke off", broken);
          } catch (Throwable fault) {
            halt.halt(LOOP, fault);
          } finally {
            shut(connection);
            open.remove(connection);
            after.run();
          }
        });
  }

  private static void shut(Closeable connection) {
    try {
      connection.close();
    } catch (IOException failed) {
      LOG.debug("a connection could not be closed", failed);
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    open.forEach(Gate::shut);
    around.alarms().close();
  }

  /** The connections that there may be, of all and of each address. */
  private static final class Places {
    private final GateLimits limits;
    private final Map<InetAddress, Integer> taken = new ConcurrentHashMap<>();
    private final Semaphore free;

    Places(GateLimits limits) {
      this.limits = limits;
      this.free = new Semaphore(limits.connections());
    }

    boolean take(InetAddress address) {
      if (taken.merge(address, 1, Integer::sum) <= limits.connectionsOfOne() && free.tryAcquire()) {
        return true;
      }
      forget(address);
      return false;
    }

    void give(InetAddress address) {
      free.release();
      forget(address);
    }

    private void forget(InetAddress address) {
      taken.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
    }
  }
}
