package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.proxy.Http2Config;
import io.sluice.balancer.proxy.ListenerConfig;
import io.sluice.balancer.proxy.TlsFiles;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Balancers as these tests need them. */
final class Front {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private Front() {}

  /** A balancer of this server. */
  static Balancer plain(URI server) {
    return Balancer.start(config(server));
  }

  /** The same with TLS. */
  static Balancer secure(URI server, TlsFiles files) {
    ListenerConfig listener =
        new ListenerConfig(Set.of("websocket"), AccessLogConfig.OFF, Optional.of(files));
    BalancerConfig plain = config(server);
    return Balancer.start(plain.withTraffic(plain.traffic().withListener(listener)));
  }

  /** One that takes HTTP/2 without TLS. */
  static Balancer knowing(URI... servers) {
    ListenerConfig listener =
        ListenerConfig.DEFAULT.withHttp2(Http2Config.DEFAULT.withPriorKnowledge(true));
    BalancerConfig plain = config(servers);
    return Balancer.start(plain.withTraffic(plain.traffic().withListener(listener)));
  }

  private static BalancerConfig config(URI... servers) {
    return BalancerConfig.standalone(new ZoneId("zone1"))
        .withPorts(0, 0)
        .withServers(List.of(servers));
  }

  /** A fresh certificate for 127.0.0.1, which nobody has signed but itself. */
  static TlsFiles certificate(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve("store.p12");
    String line =
        "-genkeypair -alias a -keyalg EC -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -validity 2"
            + " -storetype PKCS12 -storepass "
            + new String(PASSWORD);
    List<String> command =
        new java.util.ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(line.split(" ", -1)));
    command.addAll(List.of("-keystore", store.toString()));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("keytool ended with " + code);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    TlsFiles files = new TlsFiles(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    put(files.key(), "PRIVATE KEY", keys.getKey("a", PASSWORD).getEncoded());
    put(files.certificate(), "CERTIFICATE", keys.getCertificate("a").getEncoded());
    return files;
  }

  private static void put(Path file, String what, byte[] content) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file,
        "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n",
        US_ASCII);
  }

  /** Skips the test if the program is not there, with a loud line; fails it in CI. */
  static void require(String program) {
    boolean there =
        List.of(System.getenv("PATH").split(":", -1)).stream()
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    if (!there) {
      String text = program + " is missing: the balancer is NOT tested with it";
      if ("true".equals(System.getenv("CI"))) {
        fail(text);
      }
      System.out.println("SKIPPED: " + text);
      assumeTrue(false, text);
    }
  }
}
