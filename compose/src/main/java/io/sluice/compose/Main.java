package io.sluice.compose;

import io.sluice.balancer.proxy.JavaDefaults;
import io.sluice.compose.cli.SluiceCommand;
import java.util.Locale;

/** The entry point of the command line. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // Digits and letters in what is written and said are the same whatever the machine speaks.
    Locale.setDefault(Locale.ROOT);
    JavaDefaults.replace();
    System.exit(SluiceCommand.run(args));
  }
}
