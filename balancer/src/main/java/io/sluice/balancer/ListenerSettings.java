package io.sluice.balancer;

import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.proxy.Endpoint;
import io.sluice.balancer.proxy.Http2Config;
import io.sluice.balancer.proxy.ListenerConfig;
import io.sluice.balancer.proxy.Maintenance;
import io.sluice.balancer.proxy.TlsFiles;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what clients are offered from the section {@code traffic}. */
final class ListenerSettings {
  private static final int PORT_MAX = 65_535;

  private ListenerSettings() {}

  static ListenerConfig read(Section traffic) {
    Section log = traffic.section("accessLog");
    return new ListenerConfig(
        traffic
            .value("upgrades", ListenerSettings::upgrades)
            .orElse(ListenerConfig.DEFAULT.upgrades()),
        new AccessLogConfig(log.choice("format", AccessFormat.OFF), log.value("file", Path::of)),
        tls(traffic.section("tls")),
        httpsPort(traffic),
        http2(traffic.section("http2")),
        others(traffic),
        maintenance(traffic.section("maintenance")));
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

  private static Optional<Integer> httpsPort(Section section) {
    return section.has("httpsPort")
        ? Optional.of(section.integer("httpsPort", 443, 1, PORT_MAX))
        : Optional.empty();
  }

  private static Http2Config http2(Section section) {
    Http2Config byDefault = Http2Config.DEFAULT;
    return new Http2Config(
        section.bool("offered", byDefault.offered()),
        section.bool("priorKnowledge", byDefault.priorKnowledge()),
        section.integer("streamsMax", byDefault.streamsMax(), 1, 10_000),
        section.integer(
            "windowBytes",
            byDefault.windowBytes(),
            Http2Config.WINDOW_LEAST_BYTES,
            Http2Config.WINDOW_MOST_BYTES));
  }

  private static List<Endpoint> others(Section traffic) {
    List<Endpoint> others = new ArrayList<>();
    for (Map.Entry<String, Section> entry : traffic.section("listeners").entries().entrySet()) {
      endpoint(entry.getKey(), entry.getValue()).ifPresent(others::add);
    }
    return others;
  }

  private static Optional<Endpoint> endpoint(String name, Section section) {
    if (!section.has("port")) {
      section.note("port", "missing", "an integer from 0 to 65535");
    }
    String host = section.string("host", BalancerConfig.HOST_DEFAULT);
    int port = section.integer("port", 0, 0, PORT_MAX);
    Optional<TlsFiles> tls = tls(section.section("tls"));
    Optional<Integer> httpsPort = httpsPort(section);
    boolean priorKnowledge = section.bool("priorKnowledge", false);
    return BalancerSettings.consistent(
        section,
        "(listener)",
        () -> new Endpoint(name, host, port, tls, httpsPort, priorKnowledge));
  }

  private static Maintenance maintenance(Section section) {
    return new Maintenance(
        section.bool("on", false),
        section.value("page", Path::of),
        section.duration(
            "retryAfter",
            Maintenance.DEFAULT.retryAfter(),
            Duration.ofSeconds(1),
            Duration.ofDays(1)));
  }
}
