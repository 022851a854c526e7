package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.NameTakenException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ServerLabels;
import io.sluice.schemas.policy.ServerPort;
import io.sluice.schemas.policy.ServerProtocol;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The labels of a container or service by which Sluice knows it, together with its name and the
 * image that it is made of. Labels alone prove nothing: an image that is made from a container
 * ({@code docker commit}) hands them on to every container that is made of it.
 */
public final class Labels {
  /** The cluster that a container belongs to. */
  public static final String CLUSTER = ServerLabels.CLUSTER;

  static final String ZONE = ServerLabels.ZONE;
  static final String SERVER = ServerLabels.SERVER;
  static final String EPOCH = ServerLabels.EPOCH;

  /** The revision of its zone's template that it is made from. */
  static final String TEMPLATE = ServerLabels.TEMPLATE;

  /** Where the server listens in its container; a later template may say otherwise. */
  static final String PORT = ServerLabels.PORT;

  /** What the server speaks there. */
  static final String PROTOCOL = ServerLabels.PROTOCOL;

  /** The image that it was made of, by the name that its template has for it. */
  static final String IMAGE = ServerLabels.IMAGE;

  /** Of a server that takes no requests. */
  private static final String NONE = "none";

  private Labels() {}

  /**
   * What the container of a server is called. An engine knows a name only once, and there may be
   * servers of two clusters of one engine that are to be called the same: {@code b-c-1} of {@code
   * a}, and {@code c-1} of {@code a-b}. Whose a container is, its labels say; who comes second
   * can't start that server, and is told.
   */
  static String container(String cluster, ServerId server) {
    return cluster + "-" + server;
  }

  /** The labels of a server's container: its template's, and ours. */
  static SortedMap<String, String> of(ServerSpec spec, String cluster) {
    SortedMap<String, String> labels = new TreeMap<>(spec.template().container().labels());
    labels.put(CLUSTER, cluster);
    labels.put(ZONE, spec.server().zone().toString());
    labels.put(SERVER, spec.server().toString());
    labels.put(EPOCH, Long.toString(spec.epoch().value()));
    labels.put(TEMPLATE, Integer.toString(spec.templateRevision()));
    labels.put(IMAGE, spec.template().image());
    ServerPort serving = spec.template().container().serving();
    labels.put(PORT, Integer.toString(serving.port()));
    if (spec.template().works()) {
      labels.put(PROTOCOL, NONE);
    } else if (serving.protocol() != ServerProtocol.HTTP1) {
      // A gate of an earlier release takes silence only.
      labels.put(PROTOCOL, serving.protocol().scheme());
    }
    return labels;
  }

  /** Whether these are the labels of a server that takes no requests. */
  static boolean works(Map<String, String> labels) {
    return NONE.equals(labels.get(PROTOCOL));
  }

  /** The revision of its zone's template that these labels tell of; empty if they don't. */
  static Optional<Integer> templateRevision(Map<String, String> labels) {
    return Optional.ofNullable(labels.get(TEMPLATE))
        .filter(label -> label.matches("[0-9]{1,9}"))
        .map(Integer::valueOf);
  }

  /**
   * Where the server listens in its container.
   *
   * @param container what people call it
   * @throws FleetException if these labels don't tell
   */
  static int port(Map<String, String> labels, String container) {
    String port = labels.get(PORT);
    if (port == null || !port.matches("[0-9]{1,5}")) {
      throw new FleetException(
          "label %s of container %s is '%s': expected a port".formatted(PORT, container, port));
    }
    return Integer.parseInt(port);
  }

  /**
   * The scheme of the server's address.
   *
   * @param container what people call it
   * @throws FleetException if these labels tell of none that is known
   */
  static String scheme(Map<String, String> labels, String container) {
    String protocol = labels.getOrDefault(PROTOCOL, ServerProtocol.HTTP1.scheme());
    for (ServerProtocol known : ServerProtocol.values()) {
      if (known.scheme().equals(protocol)) {
        return protocol;
      }
    }
    throw new FleetException(
        "label %s of container %s is '%s': expected h2c, or none"
            .formatted(PROTOCOL, container, protocol));
  }

  /**
   * The server that a container or service of this name is, if it is one of this cluster's: one
   * that carries the labels of a server under another name is a copy, or was taken out of the
   * cluster by renaming it.
   */
  static Optional<ServerId> server(String name, Map<String, String> labels, String cluster) {
    return server(labels, cluster).filter(server -> container(cluster, server).equals(name));
  }

  /**
   * Whether a container of this image is the one that the labels were made for, and not one of an
   * image that inherited them. Labels of earlier releases do not tell, and are believed.
   *
   * @param image the name of its image, as the engine was told when the container was made
   */
  static boolean madeOf(String image, Map<String, String> labels) {
    return !labels.containsKey(IMAGE) || image.equals(labels.get(IMAGE));
  }

  /**
   * Whose something is that has the name of a server and is not that server, with what helps.
   *
   * @param what what it is, with its name and place
   * @param server what is to be called so
   * @param labels what it says of itself
   */
  static NameTakenException taken(
      String what, ServerId server, Map<String, String> labels, String cluster) {
    String owner = labels.getOrDefault(CLUSTER, "");
    return new NameTakenException(
        owner.isEmpty() || owner.equals(cluster)
            ? "%s is none of cluster '%s': rename or remove it".formatted(what, cluster)
            : "%s is server %s of cluster '%s', and server %s of cluster '%s' is to be called the same: call one of the two clusters otherwise"
                .formatted(what, labels.getOrDefault(SERVER, "(none)"), owner, server, cluster));
  }

  /** The server that these labels tell of, if they are of this cluster. */
  static Optional<ServerId> server(Map<String, String> labels, String cluster) {
    if (!cluster.equals(labels.get(CLUSTER))) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(labels.get(SERVER)).map(ServerId::of);
    } catch (IllegalArgumentException notOurs) {
      // Somebody else's idea of our label.
      return Optional.empty();
    }
  }
}
