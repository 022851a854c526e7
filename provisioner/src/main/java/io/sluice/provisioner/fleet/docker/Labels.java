package io.sluice.provisioner.fleet.docker;

import io.sluice.schemas.id.ServerId;
import java.util.Map;
import java.util.Optional;

/** The labels of a container by which Sluice knows it. */
public final class Labels {
  /** The cluster that a container belongs to. */
  public static final String CLUSTER = "sluice.cluster";

  static final String ZONE = "sluice.zone";
  static final String SERVER = "sluice.server";
  static final String EPOCH = "sluice.epoch";

  /** The revision of its zone's template that it is made from. */
  static final String TEMPLATE = "sluice.template";

  /** Where the server listens in its container; a later template may say otherwise. */
  static final String PORT = "sluice.port";

  private Labels() {}

  /**
   * What the container of a server is called. Servers of two clusters may be called the same, and
   * an engine knows a name only once.
   */
  static String container(String cluster, ServerId server) {
    return cluster + "-" + server;
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
