package io.sluice.compose.cli;

/** What the command line's exit codes mean. */
public final class ExitCode {
  /** It went well. */
  public static final int OK = 0;

  /** It ran, and what it looked for is not so, or it failed on the way. */
  public static final int FAILED = 1;

  /** It did not run: wrong usage, a broken configuration, a taken port, a directory in use. */
  public static final int REFUSED = 2;

  /** The cluster that was named can't be reached. */
  public static final int UNREACHABLE = 3;

  private ExitCode() {}
}
