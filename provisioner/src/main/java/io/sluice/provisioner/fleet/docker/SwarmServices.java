package io.sluice.provisioner.fleet.docker;

import io.sluice.schemas.id.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which services of a swarm are servers of this cluster. One that carries the labels of a server
 * under another name is a copy: neither it nor its tasks are ours. A task does not know its
 * service's name, so copies are kept by their ids; that is soft, and comes back with the next look.
 */
final class SwarmServices {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmServices.class);

  /** Far more than anybody makes; beyond, those that are gone are forgotten. */
  private static final int COPIES_MAX = 1_000;

  private final Swarm swarm;
  private final String cluster;

  /** The ids of services that carry our labels and are not ours. */
  private final Set<String> copies = ConcurrentHashMap.newKeySet();

  SwarmServices(Swarm swarm, String cluster) {
    this.swarm = swarm;
    this.cluster = cluster;
  }

  String cluster() {
    return cluster;
  }

  /** Asks which there are. */
  SortedMap<ServerId, Swarm.Known> list() {
    List<Swarm.Known> labelled = swarm.services(Labels.CLUSTER, cluster);
    SortedMap<ServerId, Swarm.Known> own = new TreeMap<>();
    for (Swarm.Known service : labelled) {
      Optional<ServerId> server = service.server(cluster);
      server.ifPresent(id -> own.put(id, service));
      if (server.isEmpty() && copies.add(service.id())) {
        LOG.warn(
            "service {} on {} carries the labels of server {} of cluster '{}', and is none: it is a"
                + " copy, and is left alone",
            service.name(),
            swarm.access(),
            service.labels().getOrDefault(Labels.SERVER, "(none)"),
            cluster);
      }
    }
    // The tasks of one that was removed are to be seen for a while.
    if (copies.size() > COPIES_MAX) {
      copies.retainAll(labelled.stream().map(Swarm.Known::id).collect(Collectors.toSet()));
    }
    return own;
  }

  /**
   * Those of these tasks that are not of a copy; tasks of services that are gone are among them.
   */
  List<SwarmTask> own(List<SwarmTask> tasks) {
    return tasks.stream().filter(task -> !copies.contains(task.service())).toList();
  }

  /** Asks for all tasks of this cluster's servers. */
  List<SwarmTask> tasks() {
    list();
    return own(swarm.tasks(Map.of(Labels.CLUSTER, cluster)));
  }
}
