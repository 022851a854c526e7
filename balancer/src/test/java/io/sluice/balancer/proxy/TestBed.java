package io.sluice.balancer.proxy;

import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A running data path with its servers; ports are ephemeral. */
final class TestBed implements AutoCloseable {
  static final ZoneId ZONE = new ZoneId("zone1");
  static final ProxyTimeouts QUICK =
      new ProxyTimeouts(
          Duration.ofMillis(600),
          Duration.ofMillis(900),
          Duration.ofMillis(1500),
          Duration.ofMillis(500),
          Duration.ofMillis(800),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          Duration.ofMillis(20),
          Duration.ZERO,
          Duration.ofSeconds(1),
          Duration.ofMillis(700),
          Duration.ofMillis(200),
          Duration.ZERO,
          Duration.ofSeconds(20));

  /** Over which the data path runs where a test names none. */
  private static volatile Transport transport = Transport.AUTO;

  final AtomicReference<Routing> routing = new AtomicReference<>(Routing.EMPTY);
  final Map<ServerId, String> unreachable = new ConcurrentHashMap<>();
  final Map<ServerId, String> broke = new ConcurrentHashMap<>();
  final Set<ServerId> silent = ConcurrentHashMap.newKeySet();
  final Map<ServerId, String> failing = new ConcurrentHashMap<>();

  /** Runs before the data path looks at the routing. */
  volatile Runnable beforeRouting = () -> {};

  final AtomicInteger held = new AtomicInteger();
  final List<TestServer> servers = new ArrayList<>();
  final Proxy proxy;

  /** From here on, the data path runs over this where a test names nothing else. */
  static void over(Transport chosen) {
    transport = chosen;
  }

  TestBed() {
    this(config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO)));
  }

  TestBed(ProxyConfig config) {
    proxy = new Proxy(config, this::routing, new Findings());
  }

  /** A gateway. */
  TestBed(ProxyConfig config, SpillRule spill) {
    proxy = new Proxy(config, this::routing, new Findings(), Optional.of(spill), List.of());
  }

  private Routing routing() {
    beforeRouting.run();
    return routing.get();
  }

  private final class Findings implements Observations {
    @Override
    public void unreachable(ServerId server, String error) {
      unreachable.put(server, error);
    }

    @Override
    public void broke(ServerId server, String error) {
      broke.put(server, error);
    }

    @Override
    public void silent(ServerId server) {
      silent.add(server);
    }

    @Override
    public void failing(ServerId server, String error) {
      failing.put(server, error);
    }

    @Override
    public void held() {
      held.incrementAndGet();
    }
  }

  static ProxyConfig config(ProxyTimeouts timeouts) {
    return config(timeouts, transport);
  }

  static ProxyConfig config(ProxyTimeouts timeouts, Transport transport) {
    return new ProxyConfig(
        "127.0.0.1",
        0,
        2,
        transport,
        ListenerConfig.DEFAULT,
        HeadLimits.DEFAULT,
        ClientLimits.DEFAULT,
        Balancing.DEFAULT,
        timeouts,
        RetryRule.DEFAULT,
        RetryBudgetLimits.DEFAULT,
        ProxyConfig.REPLAY_MAX_BYTES_DEFAULT,
        ProxyConfig.IDLE_PER_SERVER_MAX_DEFAULT,
        HopRules.DEFAULT);
  }

  /** One loop, so that what a loop counts is what everybody counts. */
  static ProxyConfig config(ProxyTimeouts timeouts, Balancing balancing) {
    return config(timeouts, balancing, RetryRule.DEFAULT, 1);
  }

  static ProxyConfig config(
      ProxyTimeouts timeouts, Balancing balancing, RetryRule retry, int loops) {
    return new ProxyConfig(
        "127.0.0.1",
        0,
        loops,
        transport,
        ListenerConfig.DEFAULT,
        HeadLimits.DEFAULT,
        ClientLimits.DEFAULT,
        balancing,
        timeouts,
        retry,
        RetryBudgetLimits.DEFAULT,
        ProxyConfig.REPLAY_MAX_BYTES_DEFAULT,
        ProxyConfig.IDLE_PER_SERVER_MAX_DEFAULT,
        HopRules.DEFAULT);
  }

  static ServerId id(int number) {
    return ZONE.server(number);
  }

  /** Routes to these servers, all alive. */
  TestBed alive(TestServer... running) {
    servers.addAll(Arrays.asList(running));
    routing.set(new Routing(Arrays.stream(running).map(TestServer::target).toList(), List.of()));
    return this;
  }

  TestClient client() throws IOException {
    return new TestClient(proxy.address());
  }

  TestClient client(int receiveBufferBytes) throws IOException {
    return new TestClient(proxy.address(), receiveBufferBytes);
  }

  long count(Count count) {
    return proxy.counts().getOrDefault(count, 0L);
  }

  boolean has(Count count) {
    return count(count) > 0;
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    for (TestServer server : servers) {
      server.close();
    }
  }
}
