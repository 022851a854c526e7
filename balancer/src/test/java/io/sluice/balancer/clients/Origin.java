package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDK's own web server, with a file that may be read in ranges, a place for uploads that says
 * what arrived, and a page that tests its browser.
 */
final class Origin implements AutoCloseable {
  /** The seed of {@link #file}. */
  private static final long SEED = 11;

  private static final int FILE_BYTES = 300_000;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");

  private final HttpServer server;
  private final byte[] file = new byte[FILE_BYTES];
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private volatile String page = "";

  Origin() throws IOException {
    new Random(SEED).nextBytes(file);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/file", this::file);
    server.createContext("/upload", Origin::upload);
    server.createContext("/page", exchange -> answer(exchange, "text/html", page.getBytes(UTF_8)));
    server.createContext("/report", this::report);
    server.createContext("/", exchange -> answer(exchange, "text/plain", said(exchange)));
    server.start();
  }

  private static byte[] said(HttpExchange exchange) {
    return (exchange.getProtocol() + " " + exchange.getRequestMethod()).getBytes(UTF_8);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What {@code /file} has. */
  byte[] file() {
    return file.clone();
  }

  /** What {@code /page} shows from now on. */
  void page(String html) {
    page = html;
  }

  /** What was posted to {@code /report}. */
  List<String> reports() {
    return reports;
  }

  private void report(HttpExchange exchange) throws IOException {
    reports.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    answer(exchange, "text/plain", new byte[] {'!'});
  }

  private void file(HttpExchange exchange) throws IOException {
    String asked = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(String.valueOf(asked));
    if (!range.matches()) {
      answer(exchange, "application/octet-stream", file);
      return;
    }
    int from = Integer.parseInt(range.group(1));
    int to = Integer.parseInt(range.group(2)) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, file.length));
    exchange.sendResponseHeaders(206, to - from);
    exchange.getResponseBody().write(Arrays.copyOfRange(file, from, to));
    exchange.close();
  }

  /** Says how the body was framed, and its hash. */
  private static void upload(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
    String told = (chunked ? "chunked " : "length ") + sha256(body);
    answer(exchange, "text/plain", told.getBytes(UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("SHA-256: every Java has it", missing);
    }
  }

  private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
    boolean toHead = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", type);
    if (toHead) {
      exchange.getResponseHeaders().set("Content-Length", "" + body.length);
    }
    exchange.sendResponseHeaders(200, toHead ? -1 : body.length);
    if (!toHead) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
