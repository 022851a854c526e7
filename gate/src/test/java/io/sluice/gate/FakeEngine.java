package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** What stands behind a gate in the place of an engine: hears, and answers as it is told to. */
final class FakeEngine implements Closeable {
  /** A container of the cluster {@code blue}. */
  static final String OURS =
      answer("{\"Id\":\"0123456789abcdef\",\"Config\":{\"Labels\":{\"sluice.cluster\":\"blue\"}}}");

  private final Path directory;
  private final ServerSocketChannel listener;
  private final Function<String, String> answers;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private FakeEngine(Path directory, Function<String, String> answers) throws IOException {
    this.directory = directory;
    this.answers = answers;
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket()));
    Thread.ofVirtual().start(this::listen);
  }

  /**
   * An engine.
   *
   * @param answers what it says to a request; empty: it keeps silent
   */
  static FakeEngine answering(Function<String, String> answers) throws IOException {
    return new FakeEngine(Files.createTempDirectory("fake-engine"), answers);
  }

  static String answer(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
  }

  Path socket() {
    return directory.resolve("socket");
  }

  /** Everything that it was sent, by request. */
  List<String> heard() {
    return heard;
  }

  /** Requests that it has not answered to their end yet. */
  int open() {
    return open.size();
  }

  private void listen() {
    while (listener.isOpen()) {
      try {
        SocketChannel channel = listener.accept();
        open.add(channel);
        Thread.ofVirtual().start(() -> serve(channel));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      String request = request(channel);
      heard.add(request);
      String answer = answers.apply(request);
      if (answer.isEmpty()) {
        // Until whoever asked hangs up.
        while (channel.read(ByteBuffer.allocate(1)) >= 0) {}
        return;
      }
      ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException gone) {
      heard.add("(gone: %s)".formatted(gone.getMessage()));
    } finally {
      open.remove(channel);
    }
  }

  private static String request(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(4096);
    while (!complete(all.toString(ISO_8859_1)) && channel.read(piece.clear()) >= 0) {
      all.write(piece.array(), 0, piece.position());
    }
    return all.toString(ISO_8859_1);
  }

  private static boolean complete(String request) {
    int end = request.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    int length =
        request
            .substring(0, end)
            .lines()
            .filter(line -> line.startsWith("Content-Length: "))
            .mapToInt(line -> Integer.parseInt(line.substring(16)))
            .sum();
    return request.length() >= end + 4 + length;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
    Files.deleteIfExists(socket());
    Files.deleteIfExists(directory);
  }
}
