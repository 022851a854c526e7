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

/**
 * Reads a {@link BalancerConfig} from a configuration tree:
 *
 * <pre>
 *   zone            its name; required
 *   static          true: servers by hand; default false
 *   servers         http://host:port, separated by commas; only with static: true
 *   directory       for the copy of the membership; default none
 *   close-grace     0 to 10m, default 5s
 *   kafka           bootstrap (host:port), properties (by Kafka's names)
 *   admin           host, port (0 to 65535, default 5050), token
 *   traffic         host, port (0 to 65535, default 3030), loops (default: processors),
 *                   transport (auto, epoll, io-uring, nio), forwarded-trusted,
 *                   replay-max-bytes, idle-per-server-max
 *     .heads        request-line-max-bytes, max-bytes, fields-max
 *     .timeouts     client-head, keep-alive-idle, body-idle, connect, response-head,
 *                   upstream-idle, unsafe-reuse, linger, retry-pause, retry-after
 *     .retry        tries-per-server-max, other-servers-max, share, per-second, tokens-initial,
 *                   tokens-max
 *   pools           alive-every, retry-every, retries-max, confirm-after, report-every,
 *                   check-timeout
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
        root.duration("close-grace", BalancerConfig.CLOSE_GRACE_DEFAULT, ZERO, ofMinutes(10));
    Optional<KafkaAccess> kafka = kafka(root.section("kafka"));
    Section admin = root.section("admin");
    String adminHost = admin.string("host", BalancerConfig.HOST_DEFAULT);
    int adminPort = admin.integer("port", BalancerConfig.ADMIN_PORT_DEFAULT, 0, 65_535);
    Optional<String> token = admin.string("token");
    ProxyConfig traffic = traffic(root.section("traffic"));
    Section pools = root.section("pools");
    PoolTimings timings = timings(pools);
    Duration checkTimeout =
        pools.duration(
            "check-timeout", BalancerConfig.CHECK_TIMEOUT_DEFAULT, SHORTEST, ofSeconds(60));
    if (!root.problems().isEmpty() || zone.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
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
    } catch (IllegalArgumentException contradiction) {
      String[] parts =
          String.valueOf(contradiction.getMessage()).split(", expected |: expected ", 2);
      root.note("(balancer)", parts[0], parts[parts.length - 1]);
      return Optional.empty();
    }
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
            retry.integer("tries-per-server-max", RetryRule.DEFAULT.triesPerServerMax(), 1, 10),
            retry.integer("other-servers-max", RetryRule.DEFAULT.otherServersMax(), 0, 10)),
        budget(retry),
        section.integer("replay-max-bytes", byDefault.replayMaxBytes(), 0, 16 << 20),
        section.integer("idle-per-server-max", byDefault.idlePerServerMax(), 0, 100_000),
        section.bool("forwarded-trusted", byDefault.forwardedTrusted()));
  }

  private static HeadLimits heads(Section section) {
    HeadLimits byDefault = HeadLimits.DEFAULT;
    int max = section.integer("max-bytes", byDefault.headMaxBytes(), 1024, 1 << 20);
    int line =
        section.integer(
            "request-line-max-bytes", Math.min(max, byDefault.requestLineMaxBytes()), 16, max);
    return new HeadLimits(
        line, max, section.integer("fields-max", byDefault.fieldsMax(), 1, 10_000));
  }

  private static RetryBudgetLimits budget(Section section) {
    RetryBudgetLimits byDefault = RetryBudgetLimits.DEFAULT;
    int max = section.integer("tokens-max", byDefault.tokensMax(), 1, 1_000_000);
    return new RetryBudgetLimits(
        section.decimal("share", byDefault.share(), 0.0, 1.0),
        section.decimal("per-second", byDefault.tricklePerSecond(), 0.0, 1e6),
        section.integer("tokens-initial", Math.min(max, byDefault.tokensInitial()), 0, max),
        max);
  }

  private static ProxyTimeouts timeouts(Section section) {
    ProxyTimeouts byDefault = ProxyTimeouts.DEFAULT;
    return new ProxyTimeouts(
        timeout(section, "client-head", byDefault.clientHead()),
        timeout(section, "keep-alive-idle", byDefault.keepAliveIdle()),
        timeout(section, "body-idle", byDefault.bodyIdle()),
        timeout(section, "connect", byDefault.connect()),
        timeout(section, "response-head", byDefault.responseHead()),
        timeout(section, "upstream-idle", byDefault.upstreamIdle()),
        timeout(section, "unsafe-reuse", byDefault.unsafeReuse()),
        timeout(section, "linger", byDefault.linger()),
        timeout(section, "retry-pause", byDefault.retryPause()),
        timeout(section, "retry-after", byDefault.retryAfter()));
  }

  private static Duration timeout(Section section, String key, Duration byDefault) {
    return section.duration(key, byDefault, SHORTEST, LONGEST);
  }

  private static PoolTimings timings(Section section) {
    PoolTimings byDefault = PoolTimings.DEFAULT;
    Duration least = ofMillis(100);
    return new PoolTimings(
        section.duration("alive-every", byDefault.aliveEvery(), least, LONGEST),
        section.duration("retry-every", byDefault.retryEvery(), least, LONGEST),
        section.integer("retries-max", byDefault.retriesMax(), 1, 100),
        section.duration("confirm-after", byDefault.confirmAfter(), ZERO, LONGEST),
        section.duration("report-every", byDefault.reportEvery(), least, LONGEST));
  }
}
