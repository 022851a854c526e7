package io.sluice.compose.cluster;

import io.sluice.app.AppMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the demo application is run as a process of this host. */
public final class ServerCommand {
  private static final String CACHE = "server.aot";

  private ServerCommand() {}

  /**
   * Its command line: small and quick to start, since servers are many, and each is wanted at once.
   * Where the build left a start-up cache beside the jar it is used; a JVM that finds it of another
   * build goes on without.
   */
  public static List<String> line() {
    String classPath = System.getProperty("java.class.path");
    Path cache = Path.of(classPath).resolveSibling(CACHE);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    if (Files.exists(cache)) {
      // What of it can't be used is nobody's business who reads the server's log.
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off"));
    }
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath,
            AppMain.class.getName()));
    return command;
  }
}
