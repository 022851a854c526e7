package io.sluice.balancer;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.proxy.ListenerConfig;
import io.sluice.balancer.proxy.TlsFiles;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what clients are offered from the section {@code traffic}. */
final class ListenerSettings {
  private ListenerSettings() {}

  static ListenerConfig read(Section traffic) {
    Section log = traffic.section("accessLog");
    return new ListenerConfig(
        traffic
            .value("upgrades", ListenerSettings::upgrades)
            .orElse(ListenerConfig.DEFAULT.upgrades()),
        new AccessLogConfig(log.choice("format", AccessFormat.OFF), log.value("file", Path::of)),
        tls(traffic.section("tls")));
  }

  private static Set<String> upgrades(String text) {
    Set<String> protocols =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.toSet());
    return new ListenerConfig(protocols, AccessLogConfig.OFF, Optional.empty()).upgrades();
  }

  private static Optional<TlsFiles> tls(Section section) {
    Optional<Path> certificate = section.value("certificate", Path::of);
    Optional<Path> key = section.value("key", Path::of);
    if (certificate.isPresent() != key.isPresent()) {
      section.note(certificate.isPresent() ? "key" : "certificate", "missing", "both or neither");
    }
    return certificate.flatMap(pem -> key.map(secret -> new TlsFiles(pem, secret)));
  }
}
