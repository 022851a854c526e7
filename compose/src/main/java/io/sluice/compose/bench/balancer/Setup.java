package io.sluice.compose.bench.balancer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What all subjects of a benchmark have in common.
 *
 * @param folder for their files
 * @param backends the ports of the servers behind them
 * @param certificate with which they speak TLS; empty: they do not
 */
record Setup(Path folder, List<Integer> backends, Optional<Certificate> certificate) {
  /** Copies the list. */
  Setup {
    backends = List.copyOf(backends);
  }
}
