package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** A fleet in memory; all its servers answer at one address. */
final class FakeFleet implements ServerFleet {
  private final URI address;
  private final Set<ServerId> running = ConcurrentHashMap.newKeySet();
  private final Map<ServerId, CountDownLatch> slow = new ConcurrentHashMap<>();
  private final Set<ServerId> impossible = ConcurrentHashMap.newKeySet();
  private final Map<ServerId, Error> throwing = new ConcurrentHashMap<>();
  private final List<Consumer<Exit>> listeners = new CopyOnWriteArrayList<>();

  /** Servers in the order in which they really started. */
  final List<ServerId> begun = new CopyOnWriteArrayList<>();

  /** Every call to start, adoptions included. */
  final List<ServerId> asked = new CopyOnWriteArrayList<>();

  FakeFleet(URI address) {
    this.address = address;
  }

  /** The server's start will take until the latch is released. */
  CountDownLatch slow(String server) {
    CountDownLatch latch = new CountDownLatch(1);
    slow.put(ServerId.of(server), latch);
    return latch;
  }

  void impossible(String server) {
    impossible.add(ServerId.of(server));
  }

  /** The server's start will throw something that no fleet should. */
  void throwing(String server, Error thrown) {
    throwing.put(ServerId.of(server), thrown);
  }

  void runsAlready(String server) {
    running.add(ServerId.of(server));
  }

  boolean runs(String server) {
    return running.contains(ServerId.of(server));
  }

  void kill(String server) {
    ServerId id = ServerId.of(server);
    if (running.remove(id)) {
      listeners.forEach(
          listener -> listener.accept(new Exit(id, Optional.of(137), false, "killed")));
    }
  }

  @Override
  public Started start(ServerSpec spec) {
    ServerId server = spec.server();
    asked.add(server);
    Error thrown = throwing.get(server);
    if (thrown != null) {
      running.add(server);
      throw thrown;
    }
    if (impossible.contains(server)) {
      throw new FleetException("no such image");
    }
    if (running.add(server)) {
      begun.add(server);
    }
    CountDownLatch latch = slow.get(server);
    if (latch != null) {
      try {
        latch.await();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new FleetException("interrupted");
      }
    }
    return new Started(address, "handle-" + server, Optional.of(spec.templateRevision()));
  }

  @Override
  public void stop(ServerId server, Duration grace) {
    kill(server.toString());
  }

  @Override
  public Listing list() {
    List<Instance> instances = new ArrayList<>();
    running.forEach(server -> instances.add(new Instance(server, true)));
    return Listing.of(instances);
  }

  @Override
  public Watch watch(Consumer<Exit> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    listeners.clear();
  }
}
