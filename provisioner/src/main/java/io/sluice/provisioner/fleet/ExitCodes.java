package io.sluice.provisioner.fleet;

/** What exit codes mean, in words. */
public final class ExitCodes {
  /** A process that a signal ended exits with this plus the signal's number. */
  private static final int SIGNAL_BASE = 128;

  private ExitCodes() {}

  /** What an exit code says about the end of a server's process, in a sentence. */
  public static String describe(int code) {
    return switch (code) {
      case 0 -> "its process ended by itself, without an error";
      case 1 -> "its process ended with an error (exit code 1)";
      case 126 -> "its command can't be executed (exit code 126)";
      case 127 -> "its command was not found (exit code 127)";
      default ->
          code > SIGNAL_BASE && code < SIGNAL_BASE + 65
              ? "its process was ended by %s (exit code %d)".formatted(signal(code), code)
              : "its process ended with exit code %d".formatted(code);
    };
  }

  private static String signal(int code) {
    return switch (code - SIGNAL_BASE) {
      case 1 -> "SIGHUP: its terminal went away";
      case 2 -> "SIGINT: Ctrl-C";
      case 3 -> "SIGQUIT";
      case 4 -> "SIGILL: an illegal instruction";
      case 6 -> "SIGABRT: it aborted";
      case 7 -> "SIGBUS: a memory fault";
      case 9 -> "SIGKILL: somebody killed it, or the system was out of memory";
      case 11 -> "SIGSEGV: a memory fault";
      case 15 -> "SIGTERM: somebody asked it to end";
      default -> "signal " + (code - SIGNAL_BASE);
    };
  }
}
