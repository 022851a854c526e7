package io.sluice.compose.bench.balancer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for 127.0.0.1 and its key (P-256), made for one benchmark, the same for all.
 *
 * @param certificate as PEM
 * @param key as PEM
 * @param both one after the other, as HAProxy wants them
 * @param client what a client needs to believe it
 */
record Certificate(Path certificate, Path key, Path both, SSLContext client) {
  private static final String ALIAS = "bench";
  private static final String PASSWORD = "only-for-this-run";

  /** Makes one in this folder, with the JDK's own tool. */
  static Certificate make(Path folder) {
    try {
      KeyStore store = store(folder.resolve("store.p12"));
      java.security.cert.Certificate made = store.getCertificate(ALIAS);
      String certificate = pem("CERTIFICATE", made.getEncoded());
      byte[] secret = store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
      String key = pem("PRIVATE KEY", secret);
      return new Certificate(
          Files.writeString(folder.resolve("certificate.pem"), certificate),
          Files.writeString(folder.resolve("key.pem"), key),
          Files.writeString(folder.resolve("both.pem"), certificate + key),
          believing(made));
    } catch (IOException | GeneralSecurityException failed) {
      throw new BalancerBenchException("no certificate could be made", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BalancerBenchException("interrupted before the load", interrupted);
    }
  }

  private static KeyStore store(Path file)
      throws IOException, InterruptedException, GeneralSecurityException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    String options =
        "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=127.0.0.1 -ext san=ip:127.0.0.1"
            + " -validity 2 -storetype PKCS12";
    line.addAll(List.of(options.split(" ", -1)));
    line.addAll(List.of("-alias", ALIAS, "-storepass", PASSWORD, "-keystore", file.toString()));
    Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool said " + said);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static SSLContext believing(java.security.cert.Certificate made)
      throws IOException, GeneralSecurityException {
    KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
    known.load(null, null);
    known.setCertificateEntry(ALIAS, made);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(known);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String pem(String what, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
  }
}
