package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.FleetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The way to an engine; zones with the same one share the connection.
 *
 * @param engine its address
 * @param certificates directory of the certificates for mutual TLS; empty: without TLS
 */
record Access(URI engine, Optional<Path> certificates) {
  private static final List<String> FILES = List.of("ca.pem", "cert.pem", "key.pem");

  static Access of(DockerConfig config) {
    return new Access(config.engine(), config.certificates());
  }

  /**
   * Checks that the certificates are there: the client library's own message speaks of variables
   * that nobody has set.
   *
   * @throws FleetException if a file is missing or can't be read
   */
  void requireCertificates() {
    certificates.ifPresent(directory -> FILES.forEach(file -> require(directory.resolve(file))));
  }

  private void require(Path file) {
    if (!Files.isReadable(file)) {
      throw new FleetException(
          "%s, for the engine at %s: expected a file that can be read".formatted(file, engine));
    }
  }

  @Override
  public String toString() {
    return engine.toString();
  }
}
