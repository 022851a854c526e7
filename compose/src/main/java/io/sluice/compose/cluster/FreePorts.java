package io.sluice.compose.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds an offset at which all ports of a small cluster are free.
 *
 * <p>All of them are below 32,768, where Linux begins to hand out ports to connections by default:
 * a port above that is free now and may be somebody's end of a connection a moment later.
 */
public final class FreePorts {
  private static final int TRIES = 50;
  private static final int OFFSET_STEP = 100;
  private static final int OFFSET_MIN = 10_000;
  private static final int OFFSETS = 136;

  private FreePorts() {}

  /**
   * The ports at such an offset.
   *
   * @throws IllegalStateException if none was found
   */
  public static Ports find() {
    for (int i = 0; i < TRIES; i++) {
      Ports ports =
          new Ports(OFFSET_MIN + OFFSET_STEP * ThreadLocalRandom.current().nextInt(OFFSETS));
      if (free(ports)) {
        return ports;
      }
    }
    throw new IllegalStateException("no free range of ports in " + TRIES + " tries");
  }

  private static boolean free(Ports ports) {
    int[] wanted = {
      ports.kafka(),
      ports.kafkaController(),
      ports.kafkaContainers(),
      ports.kafka(2),
      ports.kafkaController(2),
      ports.kafka(3),
      ports.kafkaController(3),
      ports.redis(),
      ports.monitor(1),
      ports.monitor(2),
      ports.monitor(3),
      ports.gateway(),
      ports.gatewayAdmin(),
      ports.balancer(0),
      ports.balancer(1),
      ports.balancer(2),
      ports.balancer(3),
      ports.balancerAdmin(0),
      ports.balancerAdmin(1),
      ports.balancerAdmin(2),
      ports.balancerAdmin(3),
      ports.servers()
    };
    for (int port : wanted) {
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (!probe.isBound()) {
          return false;
        }
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }
}
