package io.sluice.provisioner.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The network between monitors: delays, loss, duplicates, other orders, cuts in one direction. */
final class Network {
  /** How long a monitor waits for an answer; milliseconds. */
  static final long ANSWER_TIMEOUT = 1000;

  private final Cluster cluster;
  private final Set<Link> cuts = new HashSet<>();
  private final List<Connection> connections = new ArrayList<>();

  private record Link(int from, int to) {}

  /** A connection that is held open. */
  record Connection(ModelMonitor from, int fromLife, ModelMonitor to) {}

  Network(Cluster cluster) {
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

  private boolean open(ModelMonitor from, ModelMonitor to) {
    return !cuts.contains(new Link(from.id(), to.id()));
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
   * @param answered gets the answer
   * @param silent no answer came in time, or nobody listens there
   */
  <T> void ask(
      ModelMonitor from,
      ModelMonitor to,
      Function<ModelMonitor, T> work,
      Consumer<T> answered,
      Runnable silent) {
    Question<T> question = new Question<>(from, to, work, answered, silent);
    question.send();
    if (cluster.dice().chance(cluster.weather().rarely(0.03))) {
      question.send();
    }
    from.process().after(ANSWER_TIMEOUT, question::timeOut);
  }

  /** One question on its way. */
  private final class Question<T> {
    private final ModelMonitor from;
    private final ModelMonitor to;
    private final Function<ModelMonitor, T> work;
    private final Consumer<T> answered;
    private final Runnable silent;
    private boolean over;

    Question(
        ModelMonitor from,
        ModelMonitor to,
        Function<ModelMonitor, T> work,
        Consumer<T> answered,
        Runnable silent) {
      this.from = from;
      this.to = to;
      this.work = work;
      this.answered = answered;
      this.silent = silent;
    }

    void send() {
      cluster.scheduler().after(delay(), this::arrive);
    }

    private void arrive() {
      if (!open(from, to) || lost()) {
        return;
      }
      if (to.process().up()) {
        to.process().after(0, () -> answer(work.apply(to)));
      } else {
        back(this::timeOut);
      }
    }

    private void answer(T answer) {
      back(() -> {
        if (!over) {
          over = true;
          answered.accept(answer);
        }
      });
    }

    private void back(Runnable there) {
      if (!lost()) {
        cluster
            .scheduler()
            .after(
                delay(),
                () -> {
                  if (open(to, from)) {
                    from.process().after(0, there);
                  }
                });
      }
    }

    void timeOut() {
      if (!over) {
        over = true;
        silent.run();
      }
    }
  }

  /** Opens a connection; its end is told to the one who holds it, if that can be known there. */
  void hold(ModelMonitor from, ModelMonitor to) {
    letGo(from);
    int life = from.process().life();
    cluster.scheduler().after(delay(), () -> connect(new Connection(from, life, to)));
  }

  private void connect(Connection connection) {
    ModelMonitor from = connection.from();
    ModelMonitor to = connection.to();
    if (from.process().life() != connection.fromLife()) {
      return;
    }
    if (!open(from, to) || !open(to, from)) {
      from.process().after(ANSWER_TIMEOUT, () -> from.broke(to));
    } else if (!to.process().up()) {
      from.process().after(delay(), () -> from.broke(to));
    } else {
      connections.add(connection);
    }
  }

  void letGo(ModelMonitor from) {
    connections.removeIf(connection -> connection.from() == from);
  }

  /** A monitor's process has ended: its host closes its connections. */
  void ended(ModelMonitor gone) {
    letGo(gone);
    for (Connection connection : List.copyOf(connections)) {
      if (connection.to() == gone) {
        connections.remove(connection);
        ModelMonitor from = connection.from();
        if (open(gone, from)) {
          from.process().after(delay(), () -> from.broke(gone));
        }
      }
    }
  }
}
