package io.sluice.balancer;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.http.Networks;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.pool.PoolThresholds;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.Balancing;
import io.sluice.balancer.proxy.ClientLimits;
import io.sluice.balancer.proxy.ListenerConfig;
import io.sluice.balancer.proxy.PerClient;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.proxy.ServerLinks;
import io.sluice.balancer.proxy.Transport;
import io.sluice.balancer.proxy.ZoneTerms;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.balancer.sticky.StickyConfig;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Statuses;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads a {@link BalancerConfig} from a configuration tree:
 *
 * <pre>
 *   zone            its name; required
 *   static          true: servers by hand; default false
 *   servers         http://host:port, separated by commas; only with static: true
 *   directory       for the copy of the membership; default none
 *   closeGrace     0 to 10m, default 5s
 *   handOver        socket (path; default none), grace (0 to 1d, default 1m)
 *   kafka           bootstrap (host:port), properties (by Kafka's names)
 *   admin           host, port (0 to 65535, default 5050), token
 *   traffic         host, port (0 to 65535, default 3030), loops (default: processors),
 *                   transport (auto, epoll, io-uring, nio), replayMaxBytes,
 *                   idlePerServerMax, forwardedTrusted (true, false, networks),
 *                   proxyProtocol (networks), via
 *                   upgrades (protocols, separated by commas; default websocket)
 *     .accessLog    format (off, common, combined, json), file
 *     .tls          certificate, key (PEM files)
 *     .heads        requestLineMaxBytes, maxBytes, fieldsMax
 *     .balancing    pick (round-robin, random, power-of-two, least-requests, weighted,
 *                   hash-client, hash-target), slowStart, perServerMax, waitingMax,
 *                   errorsInARow, gatewayFailuresInARow
 *       .sticky     cookie, key
 *     .clients      connectionsMax, slowestBytesPerSecond, bodyMaxBytes
 *       .perAddress connectionsMax, requestsPerSecond, burst, addressesMax, exempt
 *     .servers      authorities, name, proxyProtocol (none, v1, v2)
 *     .httpsPort    where requests are sent to instead of being served
 *     .http2        offered, priorKnowledge, streamsMax, windowBytes
 *     .listeners.NAME  host, port, tls, httpsPort, priorKnowledge
 *     .maintenance  on, page, retryAfter
 *     .timeouts     clientHead, keepAliveIdle, bodyIdle, connect, responseHead,
 *                   upstreamIdle, unsafeReuse, linger, retryPause, hold, retryAfter,
 *                   tunnelIdle, silence, tryHead, streamIdle
 *     .retry        triesPerServerMax, otherServersMax, statuses, share, perSecond, tokensInitial,
 *                   tokensMax
 *     .zones.NAME   timeouts (bodyIdle, responseHead, tunnelIdle, tryHead, streamIdle), retry
 *                   (triesPerServerMax, otherServersMax, statuses)
 *   pools           aliveEvery, retryEvery, retriesMax, confirmAfter, reportEvery,
 *                   checkTimeout, failedChecks, goodChecks, ejection, ejectionMax,
 *                   ejectedShareMax, panicShare
 *     .check        kind (http, tcp), path, host, statuses (such as 200-399,404)
 * </pre>
 */
public final class BalancerSettings {
  private static final Duration SHORTEST = ofMillis(10);
  static final Duration LONGEST = ofDays(1);

  private BalancerSettings() {}

  /**
   * The configuration in the tree. Problems are noted in it; the caller ends the reading.
   *
   * @return empty if the problems leave nothing that could be used
   */
  public static Optional<BalancerConfig> read(Section root) {
    return read(root, zone(root));
  }

  /** What there is in the tree for a zone that is known from elsewhere. */
  static Optional<BalancerConfig> read(Section root, Optional<ZoneId> zone) {
    boolean fixed = root.bool("static", false);
    List<URI> servers = root.value("servers", BalancerSettings::addresses).orElse(List.of());
    Optional<Path> directory = root.value("directory", Path::of);
    Duration closeGrace = closeGrace(root);
    HandOverConfig handOver = HandOverSettings.read(root.section("handOver"));
    Optional<KafkaAccess> kafka = kafka(root.section("kafka"));
    Section admin = root.section("admin");
    String adminHost = admin.string("host", BalancerConfig.HOST_DEFAULT);
    int adminPort = admin.integer("port", BalancerConfig.ADMIN_PORT_DEFAULT, 0, 65_535);
    Optional<String> token = admin.token("token");
    ProxyConfig traffic = traffic(root.section("traffic"), BalancerConfig.trafficDefault());
    Section pools = root.section("pools");
    PoolTimings timings = timings(pools, PoolTimings.DEFAULT);
    PoolThresholds thresholds = thresholds(pools);
    HealthCheck check = check(pools);
    if (!root.problems().isEmpty() || zone.isEmpty()) {
      return Optional.empty();
    }
    return consistent(
        root,
        "(balancer)",
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
                thresholds,
                check,
                closeGrace,
                handOver));
  }

  static Duration closeGrace(Section root) {
    return root.duration("closeGrace", BalancerConfig.CLOSE_GRACE_DEFAULT, ZERO, ofMinutes(10));
  }

  private static Optional<ZoneId> zone(Section root) {
    if (!root.has("zone")) {
      root.note("zone", "missing", "the name of the zone, such as zone1");
    }
    return root.value("zone", ZoneId::new);
  }

  /** What the supplier makes, unless it finds a contradiction, which is noted. */
  static <T> Optional<T> consistent(Section root, String what, Supplier<T> config) {
    try {
      return Optional.of(config.get());
    } catch (IllegalArgumentException contradiction) {
      String[] parts =
          String.valueOf(contradiction.getMessage()).split(", expected |: expected ", 2);
      root.note(what, parts[0], parts[parts.length - 1]);
      return Optional.empty();
    }
  }

  static HealthCheck check(Section pools) {
    HealthCheck byDefault = HealthCheck.DEFAULT;
    Section section = pools.section("check");
    return new HealthCheck(
        section.choice("kind", byDefault.kind()),
        section
            .value("path", path -> byDefault.with(path, byDefault.host()).path())
            .orElse(byDefault.path()),
        section.value("host", host -> byDefault.with("/", Optional.of(host)).host().orElseThrow()),
        section.value("statuses", Statuses::of).orElse(byDefault.statuses()),
        pools.duration("checkTimeout", byDefault.timeout(), SHORTEST, ofSeconds(60)));
  }

  private static List<URI> addresses(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .map(part -> Addresses.requireServer(URI.create(part), "servers"))
        .toList();
  }

  static Optional<KafkaAccess> kafka(Section section) {
    var properties = KafkaAccess.properties(section, "properties");
    return section.string("bootstrap").map(brokers -> new KafkaAccess(brokers, properties));
  }

  static ProxyConfig traffic(Section section, ProxyConfig byDefault) {
    HeadLimits heads = heads(section.section("heads"));
    Section retry = section.section("retry");
    String host = section.string("host", byDefault.host());
    int port = section.integer("port", byDefault.port(), 0, 65_535);
    int loops = section.integer("loops", byDefault.loops(), 1, 1024);
    Transport transport = section.choice("transport", Transport.AUTO);
    ListenerConfig listener = ListenerSettings.read(section);
    ClientLimits clients = clients(section.section("clients"));
    Balancing balancing = balancing(section.section("balancing"));
    ProxyTimeouts timeouts = timeouts(section.section("timeouts"));
    RetryRule rule = ServerLinksSettings.retry(retry, RetryRule.DEFAULT);
    RetryBudgetLimits budget = budget(retry);
    int replay = section.integer("replayMaxBytes", byDefault.replayMaxBytes(), 0, 16 << 20);
    int idle = section.integer("idlePerServerMax", byDefault.idlePerServerMax(), 0, 100_000);
    HopRules hops = hops(section);
    noteWhoIsBelieved(section, hops, clients.perClient());
    ServerLinks servers = ServerLinksSettings.read(section, new ZoneTerms(timeouts, rule));
    return consistent(
            section,
            "(listeners)",
            () ->
                new ProxyConfig(
                    host, port, loops, transport, listener, heads, clients, balancing, timeouts,
                    rule, budget, replay, idle, hops, servers))
        .orElse(byDefault);
  }

  private static HopRules hops(Section section) {
    return new HopRules(
        section.value("forwardedTrusted", BalancerSettings::trusted).orElse(Networks.NONE),
        section.value("proxyProtocol", Networks::parse).orElse(Networks.NONE),
        section.bool("via", HopRules.DEFAULT.via()));
  }

  /** Who is believed in what he says of his address can't be limited by it. */
  private static void noteWhoIsBelieved(Section section, HopRules hops, PerClient limits) {
    if (limits.connectionsMax() == 0 && limits.rate().isEmpty()) {
      return;
    }
    String expected = "networks of proxies, since clients are limited by their addresses";
    if (hops.trusted().everybody()) {
      section.note("forwardedTrusted", section.string("forwardedTrusted").orElseThrow(), expected);
    }
    if (hops.proxyProtocol().everybody()) {
      section.note("proxyProtocol", section.string("proxyProtocol").orElseThrow(), expected);
    }
  }

  private static Networks trusted(String text) {
    return switch (text) {
      case "true" -> Networks.ALL;
      case "false" -> Networks.NONE;
      default -> Networks.parse(text);
    };
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

  private static Balancing balancing(Section section) {
    Balancing byDefault = Balancing.DEFAULT;
    int max = 1_000_000;
    Section sticky = section.section("sticky");
    String cookie = sticky.string("cookie", StickyConfig.COOKIE_DEFAULT);
    return new Balancing(
        section.choice("pick", byDefault.pick()),
        new SlowStart(section.duration("slowStart", ZERO, ZERO, LONGEST)),
        section.integer("perServerMax", byDefault.perServerMax(), 0, max),
        section.integer("waitingMax", byDefault.waitingMax(), 0, max),
        section.integer("errorsInARow", byDefault.errorsInARow(), 0, max),
        section.integer("gatewayFailuresInARow", byDefault.gatewayFailuresInARow(), 0, max),
        sticky.value("key", key -> new StickyConfig(cookie, key)));
  }

  static Set<Integer> statuses(String text) {
    Set<Integer> statuses =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .map(Integer::valueOf)
            .collect(Collectors.toSet());
    return new RetryRule(1, 0, statuses).statuses();
  }

  static PoolThresholds thresholds(Section section) {
    PoolThresholds byDefault = PoolThresholds.DEFAULT;
    Duration least = ofMillis(100);
    Duration longest = section.duration("ejectionMax", byDefault.ejectionMax(), least, LONGEST);
    Duration first = byDefault.ejection();
    Duration usual = first.compareTo(longest) > 0 ? longest : first;
    return new PoolThresholds(
        section.integer("failedChecks", byDefault.failedChecks(), 1, 100),
        section.integer("goodChecks", byDefault.goodChecks(), 1, 100),
        section.duration("ejection", usual, least, longest),
        longest,
        section.decimal("ejectedShareMax", byDefault.ejectedShareMax(), 0.0, 1.0),
        section.decimal("panicShare", byDefault.panicShare(), 0.0, 1.0));
  }

  private static ClientLimits clients(Section section) {
    ClientLimits byDefault = ClientLimits.DEFAULT;
    PerClient perClient = PerClientSettings.read(section.section("perAddress"));
    return new ClientLimits(
        section.integer("connectionsMax", byDefault.connectionsMax(), 1, 10_000_000),
        section.integer("slowestBytesPerSecond", byDefault.slowestBytesPerSecond(), 0, 1_000_000),
        section
            .value("bodyMaxBytes", BalancerSettings::bodyMaxBytes)
            .orElse(byDefault.bodyMaxBytes()),
        perClient);
  }

  private static long bodyMaxBytes(String text) {
    if (!text.matches("\\d{1,16}")) {
      throw new IllegalArgumentException(
          "'%s': expected a number of bytes, 0 to %d"
              .formatted(text, ClientLimits.BODY_MAX_BYTES_MAX));
    }
    return new ClientLimits(1, 0, Long.parseLong(text)).bodyMaxBytes();
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
        timeout(section, "retryAfter", byDefault.retryAfter()),
        timeout(section, "tunnelIdle", byDefault.tunnelIdle()),
        section.duration("silence", byDefault.silence(), ZERO, LONGEST),
        section.duration("tryHead", byDefault.tryHead(), ZERO, LONGEST),
        timeout(section, "streamIdle", byDefault.streamIdle()));
  }

  static Duration timeout(Section section, String key, Duration byDefault) {
    return section.duration(key, byDefault, SHORTEST, LONGEST);
  }

  static PoolTimings timings(Section section, PoolTimings byDefault) {
    Duration least = ofMillis(100);
    return new PoolTimings(
        section.duration("aliveEvery", byDefault.aliveEvery(), least, LONGEST),
        section.duration("retryEvery", byDefault.retryEvery(), least, LONGEST),
        section.integer("retriesMax", byDefault.retriesMax(), 0, 100),
        section.duration("confirmAfter", byDefault.confirmAfter(), ZERO, LONGEST),
        section.duration("reportEvery", byDefault.reportEvery(), least, LONGEST));
  }
}
