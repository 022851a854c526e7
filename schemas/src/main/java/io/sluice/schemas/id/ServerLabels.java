package io.sluice.schemas.id;

/** The labels that a server's container carries; nothing else says whose it is. */
public final class ServerLabels {
  /** The cluster that a container belongs to. */
  public static final String CLUSTER = "sluice.cluster";

  /** The zone that its server serves. */
  public static final String ZONE = "sluice.zone";

  /** The server that runs in it. */
  public static final String SERVER = "sluice.server";

  /** The epoch of the leader that made it. */
  public static final String EPOCH = "sluice.epoch";

  /** The revision of its zone's template that it is made from. */
  public static final String TEMPLATE = "sluice.template";

  /** The image that it is made of, by the name that its template has for it. */
  public static final String IMAGE = "sluice.image";

  /** Where the server listens in its container; a later template may say otherwise. */
  public static final String PORT = "sluice.port";

  /** What the server speaks there; absent: HTTP/1.1. */
  public static final String PROTOCOL = "sluice.protocol";

  private ServerLabels() {}
}
