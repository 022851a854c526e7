package io.sluice.provisioner;

/**
 * How the topology's share beside a monitor is doing, for the monitor's health.
 *
 * @param up false: it has stopped, and its zones get no decisions from here
 * @param state for people: what it does, or why it stopped
 */
public record TopologyHealth(boolean up, String state) {}
