package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends TLS: new connections get the certificate that is in the files now; those that are open keep
 * the one they began with, and go on. Files that can't be used change nothing.
 */
final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final TlsFiles files;
  private final Duration handshakeMax;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile SslContext context;
  private List<Object> seen;

  /**
   * Reads the files, and begins to watch them.
   *
   * @param handshakeMax how long a client may take to agree
   * @throws ProxyException if they can't be used
   */
  Tls(TlsFiles files, Duration handshakeMax) {
    this.files = files;
    this.handshakeMax = handshakeMax;
    try {
      this.seen = marks();
      this.context = load();
    } catch (IOException | IllegalArgumentException unusable) {
      throw new ProxyException(
          "certificate %s with key %s: %s, expected PEM files that belong together"
              .formatted(files.certificate(), files.key(), unusable.getMessage()),
          unusable);
    }
    Thread.ofVirtual().name("balancer-certificate").start(this::watch);
  }

  private SslContext load() throws IOException {
    return SslContextBuilder.forServer(files.certificate().toFile(), files.key().toFile())
        .sslProvider(SslProvider.JDK)
        .build();
  }

  /** What changes when a file does. */
  private List<Object> marks() throws IOException {
    return List.of(
        Files.getLastModifiedTime(files.certificate()),
        Files.size(files.certificate()),
        fileKey(files.certificate()),
        Files.getLastModifiedTime(files.key()),
        Files.size(files.key()),
        fileKey(files.key()));
  }

  private static Object fileKey(Path file) throws IOException {
    Object key =
        Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
    return key == null ? "" : key;
  }

  private void watch() {
    try {
      while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      List<Object> now = marks();
      if (!now.equals(seen)) {
        seen = now;
        context = load();
        LOG.info("certificate {} read anew", files.certificate());
      }
    } catch (IOException | IllegalArgumentException unusable) {
      LOG.warn(
          "certificate {} not taken, the old one holds: {}",
          files.certificate(),
          unusable.toString());
    }
  }

  /** What encrypts and decrypts one connection. */
  SslHandler handler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeoutMillis(handshakeMax.toMillis());
    return handler;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
