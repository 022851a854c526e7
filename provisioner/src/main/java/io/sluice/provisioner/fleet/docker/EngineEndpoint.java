package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.Container;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.schemas.id.ServerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An engine and what was last seen running on it, by server and container. What was seen is soft:
 * it is there to notice ends that no event told of, and comes back with the next listing.
 */
final class EngineEndpoint {
  private final Engine engine;
  private final String cluster;
  private final Map<ServerId, String> running = new ConcurrentHashMap<>();

  EngineEndpoint(Engine engine, String cluster) {
    this.engine = engine;
    this.cluster = cluster;
  }

  Engine engine() {
    return engine;
  }

  String cluster() {
    return cluster;
  }

  /** What the container of a server is called. */
  String container(ServerId server) {
    return Labels.container(cluster, server);
  }

  /** What was last seen running. */
  Map<ServerId, String> running() {
    return Map.copyOf(running);
  }

  void started(ServerId server, String container) {
    running.put(server, container);
  }

  void ended(ServerId server, String container) {
    running.remove(server, container);
  }

  void forget(ServerId server) {
    running.remove(server);
  }

  /** Asks the engine what runs. */
  Map<ServerId, String> list() {
    Map<ServerId, String> now = new HashMap<>();
    for (Container container : containers()) {
      if (runs(container)) {
        server(container).forEach(server -> now.put(server, container.getId()));
      }
    }
    running.putAll(now);
    return now;
  }

  /** Asks the engine for every server that it keeps something of. */
  List<Instance> instances() {
    List<Instance> instances = new ArrayList<>();
    for (Container container : containers()) {
      boolean runs = runs(container);
      for (ServerId server : server(container)) {
        instances.add(new Instance(server, runs));
        if (runs) {
          started(server, container.getId());
        }
      }
    }
    return instances;
  }

  private List<Container> containers() {
    return engine.list(Labels.CLUSTER, cluster);
  }

  private List<ServerId> server(Container container) {
    Map<String, String> labels = container.getLabels();
    return labels == null ? List.of() : Labels.server(labels, cluster).stream().toList();
  }

  private static boolean runs(Container container) {
    return switch (ContainerState.phase(String.valueOf(container.getState()))) {
      case RUNNING, PAUSED -> true;
      case CREATED, ENDED -> false;
    };
  }
}
