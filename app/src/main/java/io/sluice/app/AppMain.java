package io.sluice.app;

import io.sluice.schemas.config.ConfigException;
import java.util.Locale;
import java.util.Map;

/**
 * The process of one server, told what to be by environment variables ({@link AppConfig}).
 *
 * <p>Prints one line with its address when it serves. Exit codes: 0 after SIGTERM or SIGINT, 2 if
 * the configuration is wrong or the port is taken (one line on standard error says so), 143 if a
 * second signal ended it before it had finished.
 */
public final class AppMain {
  private static final int OK = 0;
  private static final int CANNOT_START = 2;

  private AppMain() {}

  /** Runs until a signal ends it; takes no arguments. */
  public static void main(String[] arguments) {
    // Digits and letters in what is written and said are the same whatever the machine speaks.
    Locale.setDefault(Locale.ROOT);
    System.exit(run(System.getenv()));
  }

  private static int run(Map<String, String> environment) {
    try {
      AppConfig config = AppConfig.ofEnvironment(environment);
      StopSignals signals = StopSignals.caught();
      App app = App.start(config);
      System.out.println("server " + config.server() + " at " + app.address());
      signals.await();
      app.close();
      return OK;
    } catch (ConfigException | AppException impossible) {
      System.err.println("sluice app: " + impossible.getMessage());
      return CANNOT_START;
    } catch (InterruptedException never) {
      // Nobody holds a reference to the main thread; if somebody does, it is meant as an end.
      Thread.currentThread().interrupt();
      return OK;
    }
  }
}
