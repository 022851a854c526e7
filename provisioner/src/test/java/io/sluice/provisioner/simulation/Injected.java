package io.sluice.provisioner.simulation;

/** What the simulator throws on purpose, so that what anybody else throws can be told from it. */
interface Injected {
  /** An exception that nobody foresaw. */
  final class Unforeseen extends RuntimeException implements Injected {
    private static final long serialVersionUID = 1;

    Unforeseen() {
      super("injected");
    }
  }

  /** An error that a process survives. */
  final class Broken extends LinkageError implements Injected {
    private static final long serialVersionUID = 1;

    Broken() {
      super("injected");
    }
  }

  /** An error that no process is to survive. */
  final class Fatal extends OutOfMemoryError implements Injected {
    private static final long serialVersionUID = 1;

    Fatal() {
      super("injected");
    }
  }

  /** Whether this, or what it was caused by, was thrown on purpose. */
  static boolean is(Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && !(cause instanceof Injected)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  /** Throws one of them. */
  static void any(Cluster cluster) {
    switch (Math.toIntExact(cluster.dice().between(0, 9))) {
      case 0 -> {
        cluster.saw(Sight.FATAL_THROWN);
        throw new Fatal();
      }
      case 1, 2, 3 -> {
        cluster.saw(Sight.ERROR_THROWN);
        throw new Broken();
      }
      default -> {
        cluster.saw(Sight.EXCEPTION_THROWN);
        throw new Unforeseen();
      }
    }
  }
}
