package io.sluice.provisioner.fleet.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The smallest server: answers its health check, listens where it is told by the environment.
 * Argument {@code stubborn}: does not end on SIGTERM. Argument {@code crash}: exits with code 3.
 * Argument {@code greedy}: takes 300 MiB of memory when asked for {@code /greed}. Argument {@code
 * ask} with an address: is no server, prints the answer from there. Argument {@code busy}: uses a
 * processor as well as it can. Argument {@code parent}: starts another process that does not end by
 * itself. Argument {@code talk}: prints as much as it can, for a while.
 */
public final class TinyServer {
  private static final int GREED = 300 << 20;
  private static final int TALK = 18 << 20;

  private TinyServer() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    String mode = arguments.length == 0 ? "" : arguments[0];
    if (mode.equals("crash")) {
      System.out.println("crashing as told");
      System.exit(3);
    }
    if (mode.equals("ask")) {
      ask(arguments[1]);
      return;
    }
    if (mode.equals("busy")) {
      Thread.ofPlatform().daemon().start(TinyServer::spin);
    }
    if (mode.equals("parent")) {
      new ProcessBuilder("sleep", "600").start();
    }
    if (mode.equals("talk")) {
      System.out.println("word ".repeat(TALK / 5));
    }
    if (mode.equals("stubborn")) {
      Runtime.getRuntime().addShutdownHook(new Thread(TinyServer::never));
    }
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(
                System.getenv("SLUICE_HOST"), Integer.parseInt(System.getenv("SLUICE_PORT"))),
            0);
    answer(server, "/health_check", System.getenv("SLUICE_SERVER"));
    answer(server, "/environment", String.join("\n", System.getenv().keySet()));
    answer(server, "/secrets", secrets());
    if (mode.equals("greedy")) {
      server.createContext("/greed", exchange -> fill(new byte[GREED]));
    }
    server.start();
    System.out.println("listening");
  }

  /** What the files of its secrets hold as it starts, as {@code name=value} one a line. */
  private static String secrets() throws IOException {
    String directory = System.getenv("SLUICE_SECRETS_DIR");
    if (directory == null) {
      return "none";
    }
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      for (Path file : files.sorted().toList()) {
        all.append(file.getFileName()).append('=').append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  private static void answer(HttpServer server, String path, String text) {
    server.createContext(
        path,
        exchange -> {
          byte[] answer = text.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
  }

  private static void ask(String address) throws IOException {
    try (InputStream answer = URI.create(address).toURL().openStream()) {
      System.out.println(new String(answer.readAllBytes(), UTF_8));
    }
  }

  private static void fill(byte[] memory) {
    Arrays.fill(memory, (byte) 1);
    System.out.println("took " + memory.length);
  }

  private static void spin() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  private static void never() {
    while (true) {
      java.util.concurrent.locks.LockSupport.park();
    }
  }
}
