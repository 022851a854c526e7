package io.sluice.gate;

import java.time.Duration;

/**
 * What a gate bears: more is refused in words, and nothing of it grows with what clients do.
 *
 * @param connections connections at once; each server that is measured takes one for as long as it
 *     runs
 * @param connectionsOfOne of them, those of one address, so that a client that has lost its mind
 *     leaves room for the others
 * @param requestBytes what requests that are not complete yet may hold together
 * @param inspections how many descriptions of containers may be read at once; the others wait
 * @param requestTimeout how long a request may take until it is complete
 * @param inspectTimeout how long the engine may take to say whose a container is
 * @param stallTimeout how long a client may leave the engine's answer unread
 */
record GateLimits(
    int connections,
    int connectionsOfOne,
    int requestBytes,
    int inspections,
    Duration requestTimeout,
    Duration inspectTimeout,
    Duration stallTimeout) {
  static final GateLimits DEFAULT =
      new GateLimits(
          4096,
          3072,
          8 * 1024 * 1024,
          16,
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60));
}
