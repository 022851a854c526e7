package io.sluice.compose.bench;

import io.sluice.compose.cluster.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A broker in a directory of its own, at free ports; nothing is left of it when it is closed. */
public final class ScratchBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final Path folder;
  private final EmbeddedBroker broker;

  private ScratchBroker(Path folder, EmbeddedBroker broker) {
    this.folder = folder;
    this.broker = broker;
  }

  /**
   * Starts one.
   *
   * @throws IOException if there is no room for its directory
   */
  public static ScratchBroker start() throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench");
    List<Integer> ports = freePorts();
    return new ScratchBroker(
        folder, EmbeddedBroker.start(HOST, ports.get(0), ports.get(1), folder.resolve("kafka")));
  }

  /** Where it is, {@code host:port}. */
  public String bootstrap() {
    return broker.bootstrap();
  }

  @Override
  public void close() {
    broker.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException left) {
      throw new UncheckedIOException("%s can't be removed".formatted(folder), left);
    }
  }

  private static List<Integer> freePorts() throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return List.of(one.getLocalPort(), other.getLocalPort());
    }
  }
}
