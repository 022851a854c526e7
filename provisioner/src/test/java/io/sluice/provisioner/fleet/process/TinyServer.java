package io.sluice.provisioner.fleet.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * The smallest server: answers its health check, listens where it is told by the environment.
 * Argument {@code stubborn}: does not end on SIGTERM. Argument {@code crash}: exits with code 3.
 */
public final class TinyServer {
  private TinyServer() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    String mode = arguments.length == 0 ? "" : arguments[0];
    if (mode.equals("crash")) {
      System.out.println("crashing as told");
      System.exit(3);
    }
    if (mode.equals("stubborn")) {
      Runtime.getRuntime().addShutdownHook(new Thread(TinyServer::never));
    }
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(
                System.getenv("SLUICE_HOST"), Integer.parseInt(System.getenv("SLUICE_PORT"))),
            0);
    server.createContext(
        "/health_check",
        exchange -> {
          byte[] answer = System.getenv("SLUICE_SERVER").getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.createContext(
        "/environment",
        exchange -> {
          byte[] answer = String.join("\n", System.getenv().keySet()).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    System.out.println("listening");
  }

  private static void never() {
    while (true) {
      java.util.concurrent.locks.LockSupport.park();
    }
  }
}
