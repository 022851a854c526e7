package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends TLS: new connections get the certificate that is in the files now; those that are open keep
 * the one they began with, and go on. A pair is taken only if a handshake with ourselves succeeds
 * with it: files that can't be used, or of which one is renewed and the other not yet, change
 * nothing, and are looked at again until they can be.
 *
 * <p>What costs milliseconds in a handshake is done on threads beside the loops, one for each
 * processor: many who come at the same time wait for each other, and for nobody who is there.
 */
final class Tls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

  static {
    JavaDefaults.replace();
  }

  /** Who offers neither speaks HTTP/1.1, as ever. */
  private static final ApplicationProtocolConfig BOTH =
      new ApplicationProtocolConfig(
          ApplicationProtocolConfig.Protocol.ALPN,
          ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
          ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_2,
          ApplicationProtocolNames.HTTP_1_1);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** More than a handshake of any version takes; then it is none that will succeed. */
  private static final int STEPS_MAX = 64;

  private final TlsFiles files;
  private final Duration handshakeMax;
  private final boolean http2;
  private final ExecutorService handshakes;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile SslContext context;
  private Pair taken;
  private String refused = "";

  /** What is in both files. */
  // Arrays, since they are compared by content where it matters.
  @SuppressWarnings("ArrayRecordComponent")
  private record Pair(byte[] certificate, byte[] key) {
    boolean same(Pair other) {
      return Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
    }
  }

  /**
   * Reads the files, and begins to watch them.
   *
   * @param handshakeMax how long a client may take to agree
   * @param http2 whether HTTP/2 is offered
   * @throws ProxyException if they can't be used
   */
  Tls(TlsFiles files, Duration handshakeMax, boolean http2) {
    this.files = files;
    this.http2 = http2;
    this.handshakeMax = handshakeMax;
    try {
      this.taken = read();
      this.context = tried(taken);
    } catch (IOException | IllegalArgumentException unusable) {
      throw new ProxyException(
          "certificate %s with key %s: %s, expected PEM files that belong together"
              .formatted(files.certificate(), files.key(), unusable.getMessage()),
          unusable);
    }
    this.handshakes =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("balancer-handshakes", true));
    Thread.ofVirtual().name("balancer-certificate").start(this::watch);
  }

  private Pair read() throws IOException {
    return new Pair(Files.readAllBytes(files.certificate()), Files.readAllBytes(files.key()));
  }

  /** With this pair, once a handshake with it has succeeded. */
  private SslContext tried(Pair pair) throws SSLException {
    SslContext offered =
        SslContextBuilder.forServer(
                new ByteArrayInputStream(pair.certificate()), new ByteArrayInputStream(pair.key()))
            .sslProvider(SslProvider.JDK)
            .applicationProtocolConfig(http2 ? BOTH : ApplicationProtocolConfig.DISABLED)
            .build();
    SslContext gullible =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .endpointIdentificationAlgorithm(null)
            .build();
    try {
      shakeHands(
          gullible.newEngine(ByteBufAllocator.DEFAULT),
          offered.newEngine(ByteBufAllocator.DEFAULT));
    } catch (SSLException failed) {
      throw new SSLException("a handshake with them fails: " + failed.getMessage(), failed);
    }
    return offered;
  }

  /**
   * Lets two sides agree.
   *
   * @throws SSLException if they don't
   */
  static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
    ByteBuffer toServer = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    ByteBuffer toClient = ByteBuffer.allocate(server.getSession().getPacketBufferSize());
    client.setUseClientMode(true);
    server.setUseClientMode(false);
    client.beginHandshake();
    server.beginHandshake();
    for (int i = 0; i < STEPS_MAX; i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
      if (agreed(client) && agreed(server)) {
        return;
      }
    }
    throw new SSLException("no agreement");
  }

  private static boolean agreed(SSLEngine side) {
    return side.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING
        && !side.getSession().getCipherSuite().contains("_NULL_");
  }

  /** One step of one side: what it has to read, to compute or to say. */
  private static void step(SSLEngine side, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (side.getHandshakeStatus()) {
      case NEED_WRAP -> {
        SSLEngineResult _ = side.wrap(ByteBuffer.allocate(0), out);
      }
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
        in.flip();
        ByteBuffer nothing = ByteBuffer.allocate(side.getSession().getApplicationBufferSize());
        SSLEngineResult _ = side.unwrap(in, nothing);
        in.compact();
      }
      case NEED_TASK -> {
        for (Runnable task = side.getDelegatedTask();
            task != null;
            task = side.getDelegatedTask()) {
          task.run();
        }
      }
    }
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

  /** Takes what is in the files, if that is something else and can be used. */
  synchronized void look() {
    try {
      Pair now = read();
      if (!now.same(taken)) {
        context = tried(now);
        taken = now;
        LOG.info("certificate {} read anew", files.certificate());
      }
      refused = "";
    } catch (IOException | RuntimeException unusable) {
      // Whatever it is: thrown on, the files would never be looked at again.
      if (!refused.equals(unusable.toString())) {
        refused = unusable.toString();
        LOG.warn(
            "certificate {} not taken, the old one holds, and it is looked at again: {}",
            files.certificate(),
            refused);
      }
    }
  }

  /** What encrypts and decrypts one connection. */
  SslHandler handler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator, handshakes);
    handler.setHandshakeTimeoutMillis(handshakeMax.toMillis());
    return handler;
  }

  @Override
  public void close() {
    closed.countDown();
    handshakes.shutdown();
  }
}
