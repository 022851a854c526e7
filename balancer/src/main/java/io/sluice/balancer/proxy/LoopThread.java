package io.sluice.balancer.proxy;

import io.sluice.schemas.id.ServerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A thread of the data path, and what was counted on it: that stays when another {@link Loop} takes
 * it over, which goes by another configuration.
 *
 * @param number which one it is, from 0
 * @param counters what was counted
 * @param latencies how long requests took
 * @param latenciesByServer the same for each server that is there
 */
record LoopThread(
    int number,
    Counters counters,
    LatencyHistogram latencies,
    Map<ServerId, LatencyHistogram> latenciesByServer) {
  LoopThread(int number) {
    this(number, new Counters(), new LatencyHistogram(), new ConcurrentHashMap<>());
  }

  /** How long requests took on this server. */
  LatencyHistogram latencies(ServerId server) {
    return latenciesByServer.computeIfAbsent(server, _ -> new LatencyHistogram());
  }
}
