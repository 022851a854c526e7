package io.sluice.balancer.proxy;

import io.netty.channel.EventLoop;
import io.sluice.schemas.id.ServerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A thread of the data path, and what was counted on it: that stays when another {@link Loop} takes
 * it over, which goes by another configuration.
 *
 * @param eventLoop the thread
 * @param number which one it is, from 0
 * @param counters what was counted
 * @param latencies how long requests took
 * @param latenciesByServer the same for each server that is there
 */
record LoopThread(
    EventLoop eventLoop,
    int number,
    Counters counters,
    LatencyHistogram latencies,
    Map<ServerId, LatencyHistogram> latenciesByServer) {
  LoopThread(EventLoop eventLoop, int number) {
    this(eventLoop, number, new Counters(), new LatencyHistogram(), new ConcurrentHashMap<>());
  }

  /** How long requests took on this server. */
  LatencyHistogram latencies(ServerId server) {
    return latenciesByServer.computeIfAbsent(server, _ -> new LatencyHistogram());
  }
}
