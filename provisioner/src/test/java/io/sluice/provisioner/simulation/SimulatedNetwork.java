package io.sluice.provisioner.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The network between monitors: delays, loss, duplicates, other orders, cuts in one direction. */
final class SimulatedNetwork {
  /** How long a monitor waits for an answer; milliseconds. */
  static final long ANSWER_TIMEOUT = 1000;

  private final Cluster cluster;
  private final Set<Link> cuts = new HashSet<>();
  private final List<Connection> connections = new ArrayList<>();

  private record Link(int from, int to) {}

  /** A connection that is held open. */
  record Connection(SimulatedMonitor from, int fromLife, SimulatedMonitor to, Runnable broken) {}

  SimulatedNetwork(Cluster cluster) {
    this.cluster = cluster;
  }

  void cut(int from, int to) {
    cuts.add(new Link(from, to));
  }

  void mend(int from, int to) {
    cuts.remove(new Link(from, to));
  }

  void mendAll() {
    cuts.clear();
  }

  private boolean open(SimulatedMonitor from, SimulatedMonitor to) {
    return !cuts.contains(new Link(from.node(), to.node()));
  }

  private long delay() {
    return cluster.dice().usually(10, cluster.weather().rarely(0.05), 2500);
  }

  private boolean lost() {
    return cluster.dice().chance(cluster.weather().loss());
  }

  /**
   * Asks another monitor.
   *
   * @param work what that one answers
   * @param told hears what came of it, once
   */
  <T> void ask(
      SimulatedMonitor from,
      SimulatedMonitor to,
      Function<SimulatedMonitor, T> work,
      Consumer<Reply<T>> told) {
    Question<T> question = new Question<>(from, to, work, told);
    question.send();
    if (cluster.dice().chance(cluster.weather().rarely(0.03))) {
      question.send();
    }
    from.process().after(ANSWER_TIMEOUT, () -> question.end(new Reply.Silence<>()));
  }

  /** What comes of a question. */
  sealed interface Reply<T> {
    /** The answer. */
    record Answer<T>(T what) implements Reply<T> {}

    /** The other host says that nobody listens there. */
    record Refusal<T>() implements Reply<T> {}

    /** No answer came in time. */
    record Silence<T>() implements Reply<T> {}
  }

  /** One question on its way. */
  private final class Question<T> {
    private final SimulatedMonitor from;
    private final SimulatedMonitor to;
    private final Function<SimulatedMonitor, T> work;
    private final Consumer<Reply<T>> told;
    private boolean over;

    Question(
        SimulatedMonitor from,
        SimulatedMonitor to,
        Function<SimulatedMonitor, T> work,
        Consumer<Reply<T>> told) {
      this.from = from;
      this.to = to;
      this.work = work;
      this.told = told;
    }

    void send() {
      cluster.scheduler().after(delay(), this::arrive);
    }

    private void arrive() {
      if (!open(from, to) || lost()) {
        return;
      }
      if (to.process().up()) {
        to.process().after(0, () -> back(new Reply.Answer<>(work.apply(to))));
      } else {
        back(new Reply.Refusal<>());
      }
    }

    private void back(Reply<T> reply) {
      if (!lost()) {
        cluster
            .scheduler()
            .after(
                delay(),
                () -> {
                  if (open(to, from)) {
                    from.process().after(0, () -> end(reply));
                  }
                });
      }
    }

    void end(Reply<T> reply) {
      if (!over) {
        over = true;
        told.accept(reply);
      }
    }
  }

  /** Opens a connection; its end is told to the one who holds it, if that can be known there. */
  Connection hold(SimulatedMonitor from, SimulatedMonitor to, Runnable broken) {
    Connection connection = new Connection(from, from.process().life(), to, broken);
    cluster.scheduler().after(delay(), () -> connect(connection));
    return connection;
  }

  private void connect(Connection connection) {
    SimulatedMonitor from = connection.from();
    SimulatedMonitor to = connection.to();
    if (from.process().life() != connection.fromLife()) {
      return;
    }
    if (!open(from, to) || !open(to, from)) {
      from.process().after(ANSWER_TIMEOUT, connection.broken());
    } else if (!to.process().up()) {
      from.process().after(delay(), connection.broken());
    } else {
      connections.add(connection);
    }
  }

  void letGo(Connection connection) {
    connections.remove(connection);
  }

  /** A monitor's process has ended, or holds no connections any more. */
  void ended(SimulatedMonitor gone) {
    connections.removeIf(connection -> connection.from() == gone);
    for (Connection connection : List.copyOf(connections)) {
      if (connection.to() == gone) {
        connections.remove(connection);
        SimulatedMonitor from = connection.from();
        if (open(gone, from)) {
          from.process().after(delay(), connection.broken());
        }
      }
    }
  }
}
