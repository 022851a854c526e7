package io.sluice.provisioner.simulation;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A monitor's request to the broker. It is repeated until an answer comes or its patience ends; the
 * broker does it once, whether or not the answer arrives.
 *
 * @param <T> the answer
 */
final class Call<T> {
  /** How long a monitor waits for the broker; its contact timeout. Milliseconds. */
  static final long PATIENCE = SimulatedBroker.TRANSACTION_TIMEOUT;

  private static final long REPEAT = 300;

  private final Cluster cluster;
  private final SimulatedBroker broker;
  private final SimulatedMonitor client;
  private final Supplier<T> work;
  private final Caller<T> caller;
  private final long deadline;
  private Optional<Consumer<Caller<T>>> outcome = Optional.empty();
  private boolean over;

  /** Who waits for an answer. */
  interface Caller<T> {
    void answered(T answer);

    void lost(boolean fenced);
  }

  private Call(SimulatedMonitor client, Supplier<T> work, Caller<T> caller) {
    this.cluster = client.cluster();
    this.broker = client.broker();
    this.client = client;
    this.work = work;
    this.caller = caller;
    this.deadline = cluster.scheduler().now() + PATIENCE;
  }

  static <T> void make(SimulatedMonitor client, Supplier<T> work, Caller<T> caller) {
    new Call<>(client, work, caller).send();
  }

  private void send() {
    if (over) {
      return;
    }
    if (cluster.scheduler().now() >= deadline) {
      over = true;
      outcome.ifPresent(unheard -> cluster.saw(Sight.ANSWER_LOST));
      caller.lost(false);
      return;
    }
    cluster.scheduler().after(latency(), this::arrive);
    client.process().after(REPEAT, this::send);
  }

  private void arrive() {
    if (!broker.reachable(client.node())) {
      return;
    }
    if (outcome.isEmpty()) {
      outcome = Optional.of(done());
    }
    if (!cluster.dice().chance(cluster.weather().rarely(0.02))) {
      cluster.scheduler().after(latency(), this::back);
    }
  }

  private Consumer<Caller<T>> done() {
    try {
      T answer = work.get();
      return waiting -> waiting.answered(answer);
    } catch (SimulatedBroker.Fenced fenced) {
      return waiting -> waiting.lost(true);
    }
  }

  private void back() {
    if (broker.reachable(client.node())) {
      client.process().after(0, this::deliver);
    }
  }

  private void deliver() {
    if (!over) {
      over = true;
      outcome.ifPresent(answer -> answer.accept(caller));
    }
  }

  private long latency() {
    return cluster.dice().usually(8, cluster.weather().rarely(0.03), 800);
  }
}
