package io.sluice.gate;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Runs a gate, and has nothing else on its class path; {@code ./sluice gate} is the same among all
 * other commands.
 */
public final class GateMain {
  private static final int REFUSED = 2;

  private GateMain() {}

  /** Takes {@code --config FILE}; {@code SLUICE_…} variables override the file. */
  public static void main(String[] args) {
    // What it says to an engine is in digits that the engine can read.
    Locale.setDefault(Locale.ROOT);
    if (args.length != 2 || !args[0].equals("--config")) {
      end("expected --config FILE");
    }
    try {
      Path file = Path.of(args[1]);
      Section root =
          Section.root(Documents.parse(file.toString(), Files.readString(file)), System.getenv());
      GateConfig config = GateConfig.read(file.toString(), root);
      Gate gate = Gate.open(config);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(gate), "stop"));
      System.out.printf("gate to %s at %s%n", config.engine(), gate.address());
    } catch (ConfigException malformed) {
      malformed.problems().forEach(problem -> System.err.println("  " + problem));
      end("%s: %d wrong".formatted(args[1], malformed.problems().size()));
    } catch (IOException failed) {
      end(failed.toString());
    }
  }

  private static void close(Gate gate) {
    try {
      gate.close();
    } catch (IOException failed) {
      System.err.println("gate: could not be closed: " + failed);
    }
  }

  private static void end(String reason) {
    System.err.println("gate: " + reason);
    System.exit(REFUSED);
  }
}
