package io.sluice.compose.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;

/** A swarm of one node, on a host of its own. */
final class SwarmHost {
  private static final String STOCK = "nginx:1.22-bookworm";

  /**
   * Debian's nginx. Nodes look for an image at its registry first; here nobody listens there, and
   * says so at once.
   */
  static final String IMAGE = "127.0.0.1:1/" + STOCK;

  private SwarmHost() {}

  /** Skips the test loudly where that can't be had; fails it where it has to. */
  static SecondHost start(String test) throws IOException, InterruptedException {
    Docker.require(test, "docker", "version");
    SecondHost.require(test);
    Docker.script(Map.of(), "compose/images/offline/nginx.sh");
    SecondHost host = SecondHost.make(Files.createTempDirectory("sluice-host"));
    boolean ready = false;
    try {
      host.on();
      host.load(STOCK);
      host.docker("tag", STOCK, IMAGE);
      host.docker("swarm", "init", "--advertise-addr", host.address());
      ready = true;
      return host;
    } finally {
      if (!ready) {
        host.unmake();
      }
    }
  }
}
