package io.sluice.balancer;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.proxy.ProxyConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a balancer or gateway is reached, and how it ends.
 *
 * @param traffic the data path
 * @param adminHost the address of the admin port
 * @param adminPort the admin port, 0 to 65535; 0 means any that is free
 * @param token the bearer token that orders need; empty: none
 * @param closeGrace for requests that are under way when it closes
 * @param handOver whether and how a successor can take over
 */
record FrontConfig(
    ProxyConfig traffic,
    String adminHost,
    int adminPort,
    Optional<String> token,
    Duration closeGrace,
    HandOverConfig handOver) {}
