package io.sluice.balancer;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.proxy.Transport;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a {@link BalancerConfig} from a configuration tree:
 *
 * <pre>
 *   zone            its name; required
 *   static          true: servers by hand; default false
 *   servers         http://host:port, separated by commas; only with static: true
 *   directory       for the copy of the membership; default none
 *   closeGrace     0 to 10m, default 5s
 *   kafka           bootstrap (host:port), properties (by Kafka's names)
 *   admin           host, port (0 to 65535, default 5050), token
 *   traffic         host, port (0 to 65535, default 3030), loops (default: processors),
 *                   transport (auto, epoll, io-uring, nio), forwardedTrusted,
 *                   replayMaxBytes, idlePerServerMax
 *     .heads        requestLineMaxBytes, maxBytes, fieldsMax
 *     .timeouts     clientHead, keepAliveIdle, bodyIdle, connect, responseHead,
 *                   upstreamIdle, unsafeReuse, linger, retryPause, retryAfter
 *     .retry        triesPerServerMax, otherServersMax, share, perSecond, tokensInitial,
 *                   tokensMax
 *   pools           aliveEvery, retryEvery, retriesMax, confirmAfter, reportEvery,
 *                   checkTimeout
 * </pre>
 */
public final class BalancerSettings {
  private static final Duration SHORTEST = ofMillis(10);
  private static final Duration LONGEST = ofDays(1);

  private BalancerSettings() {}

  /**
   * The configuration in the tree. Problems are noted in it; the caller ends the reading.
   *
   * @return empty if the problems leave nothing that could be used
   */
  public static Optional<BalancerConfig> read(Section root) {
    Optional<ZoneId> zone = root.value("zone", ZoneId::new);
    if (!root.has("zone")) {
      root.note("zone", "missing", "the name of the zone, such as zone1");
    }
    boolean fixed = root.bool("static", false);
    List<URI> servers = root.value("servers", BalancerSettings::addresses).orElse(List.of());
    Optional<Path> directory = root.value("directory", Path::of);
    Duration closeGrace =
        root.duration("closeGrace", BalancerConfig.CLOSE_GRACE_DEFAULT, ZERO, ofMinutes(10));
    Optional<KafkaAccess> kafka = kafka(root.section("kafka"));
    Section admin = root.section("admin");
    String adminHost = admin.string("host", BalancerConfig.HOST_DEFAULT);
    int adminPort = admin.integer("port", BalancerConfig.ADMIN_PORT_DEFAULT, 0, 65_535);
    Optional<String> token = admin.string("token");
    ProxyConfig traffic = traffic(root.section("traffic"));
    Section pools = root.section("pools");
    PoolTimings timings = timings(pools);
    Duration checkTimeout = checkTimeout(pools);
    if (!root.problems().isEmpty() || zone.isEmpty()) {
      return Optional.empty();
    }
    return consistent(
        root,
        () ->
            new BalancerConfig(
                zone.get(),
                traffic,
                adminHost,
                adminPort,
                token,
                kafka,
                fixed,
                servers,
                directory,
                timings,
                checkTimeout,
                closeGrace));
  }

  private static Optional<BalancerConfig> consistent(
      Section root, Supplier<BalancerConfig> config) {
    try {
      return Optional.of(config.get());
    } catch (IllegalArgumentException contradiction) {
      String[] parts =
          String.valueOf(contradiction.getMessage()).split(", expected |: expected ", 2);
      root.note("(balancer)", parts[0], parts[parts.length - 1]);
      return Optional.empty();
    }
  }

  private static Duration checkTimeout(Section pools) {
    return pools.duration(
        "checkTimeout", BalancerConfig.CHECK_TIMEOUT_DEFAULT, SHORTEST, ofSeconds(60));
  }

  private static List<URI> addresses(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .map(part -> Addresses.requireHostAndPort(URI.create(part), "servers"))
        .toList();
  }

  private static Optional<KafkaAccess> kafka(Section section) {
    var properties = section.section("properties").strings();
    return section.string("bootstrap").map(brokers -> new KafkaAccess(brokers, properties));
  }

  private static ProxyConfig traffic(Section section) {
    ProxyConfig byDefault = BalancerConfig.trafficDefault();
    HeadLimits heads = heads(section.section("heads"));
    Section retry = section.section("retry");
    return new ProxyConfig(
        section.string("host", byDefault.host()),
        section.integer("port", byDefault.port(), 0, 65_535),
        section.integer("loops", byDefault.loops(), 1, 1024),
        section.choice("transport", Transport.AUTO),
        heads,
        timeouts(section.section("timeouts")),
        new RetryRule(
            retry.integer("triesPerServerMax", RetryRule.DEFAULT.triesPerServerMax(), 1, 10),
            retry.integer("otherServersMax", RetryRule.DEFAULT.otherServersMax(), 0, 10)),
        budget(retry),
        section.integer("replayMaxBytes", byDefault.replayMaxBytes(), 0, 16 << 20),
        section.integer("idlePerServerMax", byDefault.idlePerServerMax(), 0, 100_000),
        section.bool("forwardedTrusted", byDefault.forwardedTrusted()));
  }

  private static HeadLimits heads(Section section) {
    HeadLimits byDefault = HeadLimits.DEFAULT;
    int max = section.integer("maxBytes", byDefault.headMaxBytes(), 1024, 1 << 20);
    int line =
        section.integer(
            "requestLineMaxBytes", Math.min(max, byDefault.requestLineMaxBytes()), 16, max);
    return new HeadLimits(
        line, max, section.integer("fieldsMax", byDefault.fieldsMax(), 1, 10_000));
  }

  private static RetryBudgetLimits budget(Section section) {
    RetryBudgetLimits byDefault = RetryBudgetLimits.DEFAULT;
    int max = section.integer("tokensMax", byDefault.tokensMax(), 1, 1_000_000);
    return new RetryBudgetLimits(
        section.decimal("share", byDefault.share(), 0.0, 1.0),
        section.decimal("perSecond", byDefault.tricklePerSecond(), 0.0, 1e6),
        section.integer("tokensInitial", Math.min(max, byDefault.tokensInitial()), 0, max),
        max);
  }

  private static ProxyTimeouts timeouts(Section section) {
    ProxyTimeouts byDefault = ProxyTimeouts.DEFAULT;
    return new ProxyTimeouts(
        timeout(section, "clientHead", byDefault.clientHead()),
        timeout(section, "keepAliveIdle", byDefault.keepAliveIdle()),
        timeout(section, "bodyIdle", byDefault.bodyIdle()),
        timeout(section, "connect", byDefault.connect()),
        timeout(section, "responseHead", byDefault.responseHead()),
        timeout(section, "upstreamIdle", byDefault.upstreamIdle()),
        timeout(section, "unsafeReuse", byDefault.unsafeReuse()),
        timeout(section, "linger", byDefault.linger()),
        timeout(section, "retryPause", byDefault.retryPause()),
        section.duration("hold", byDefault.hold(), ZERO, LONGEST),
        timeout(section, "retryAfter", byDefault.retryAfter()));
  }

  private static Duration timeout(Section section, String key, Duration byDefault) {
    return section.duration(key, byDefault, SHORTEST, LONGEST);
  }

  private static PoolTimings timings(Section section) {
    PoolTimings byDefault = PoolTimings.DEFAULT;
    Duration least = ofMillis(100);
    return new PoolTimings(
        section.duration("aliveEvery", byDefault.aliveEvery(), least, LONGEST),
        section.duration("retryEvery", byDefault.retryEvery(), least, LONGEST),
        section.integer("retriesMax", byDefault.retriesMax(), 1, 100),
        section.duration("confirmAfter", byDefault.confirmAfter(), ZERO, LONGEST),
        section.duration("reportEvery", byDefault.reportEvery(), least, LONGEST));
  }
}
