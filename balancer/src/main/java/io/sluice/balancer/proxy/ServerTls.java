package io.sluice.balancer.proxy;

import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.balancer.pool.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Speaks TLS with servers, of which it believes only those that an authority vouches for under the
 * name that they are reached by. What costs milliseconds in a handshake is done beside the loops.
 */
public final class ServerTls implements AutoCloseable {
  private final ServerLinks links;
  private volatile Known known;
  private final ExecutorService handshakes =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          new DefaultThreadFactory("balancer-server-handshakes", true));

  /**
   * Reads the authorities.
   *
   * @throws ProxyException if they can't be used
   */
  public ServerTls(ServerLinks links) {
    this.links = links;
    this.known =
        links
            .authorities()
            .map(ServerTls::read)
            .orElseGet(() -> new Known(new byte[0], byDefault()));
  }

  /** Authorities as they stood in their file, and who is believed for them. */
  // An array, since it is compared by content where it matters.
  @SuppressWarnings("ArrayRecordComponent")
  private record Known(byte[] file, SSLContext context) {}

  /**
   * Takes what is in the file of authorities, if that is something else: connections that are made
   * from now on go by it.
   *
   * @throws ProxyException if it can't be used; then the old ones hold
   */
  synchronized void look() {
    links
        .authorities()
        .map(ServerTls::read)
        .filter(now -> !Arrays.equals(now.file(), known.file()))
        .ifPresent(now -> known = now);
  }

  private static SSLContext byDefault() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException missing) {
      throw new ProxyException("this Java has no authorities: " + missing.getMessage(), missing);
    }
  }

  private static Known read(Path authorities) {
    try {
      byte[] file = Files.readAllBytes(authorities);
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(file));
      if (all.isEmpty()) {
        throw new GeneralSecurityException("no certificate in it");
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate authority : all) {
        trusted.setCertificateEntry("authority-" + number++, authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return new Known(file, context);
    } catch (IOException | GeneralSecurityException unusable) {
      throw new ProxyException(
          "authorities %s: %s, expected a PEM file of certificates"
              .formatted(authorities, unusable.getMessage()),
          unusable);
    }
  }

  /** Whether TLS is spoken with the server. */
  public static boolean speaks(Target target) {
    return "https".equals(target.address().getScheme());
  }

  /** How servers are spoken to. */
  public ServerLinks links() {
    return links;
  }

  private String name(Target target) {
    return links.serverName().orElseGet(target::host);
  }

  /** What encrypts and decrypts one connection. */
  SslHandler handler(Target target, Duration handshakeMax) {
    SSLEngine engine = known.context().createSSLEngine(name(target), target.port());
    engine.setUseClientMode(true);
    engine.setSSLParameters(strict(engine.getSSLParameters(), name(target)));
    SslHandler handler = new SslHandler(engine, handshakes);
    handler.setHandshakeTimeoutMillis(handshakeMax.toMillis());
    return handler;
  }

  /**
   * The same over a socket that is connected, to ask how the server is; agreed on when it returns.
   *
   * @throws IOException if the server is not who it should be, or does not agree
   */
  public Socket over(Socket connected, Target target) throws IOException {
    Socket layered =
        known
            .context()
            .getSocketFactory()
            .createSocket(connected, name(target), target.port(), true);
    if (layered instanceof SSLSocket socket) {
      socket.setSSLParameters(strict(socket.getSSLParameters(), name(target)));
      socket.startHandshake();
    }
    return layered;
  }

  private static SSLParameters strict(SSLParameters parameters, String name) {
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!isAddress(name)) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    return parameters;
  }

  private static boolean isAddress(String name) {
    try {
      InetAddress _ = InetAddress.ofLiteral(name);
      return true;
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }

  @Override
  public void close() {
    handshakes.shutdown();
  }
}
