package io.sluice.balancer.proxy;

import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
          Duration.ofSeconds(1));

  final AtomicReference<Routing> routing = new AtomicReference<>(Routing.EMPTY);
  final Map<ServerId, String> unreachable = new ConcurrentHashMap<>();
  final List<TestServer> servers = new ArrayList<>();
  final Proxy proxy;

  TestBed() {
    this(config(ProxyTimeouts.DEFAULT.withHold(Duration.ZERO)));
  }

  TestBed(ProxyConfig config) {
    proxy = new Proxy(config, routing::get, unreachable::put);
  }

  static ProxyConfig config(ProxyTimeouts timeouts) {
    return config(timeouts, Transport.AUTO);
  }

  static ProxyConfig config(ProxyTimeouts timeouts, Transport transport) {
    return new ProxyConfig(
        "127.0.0.1",
        0,
        2,
        transport,
        HeadLimits.DEFAULT,
        timeouts,
        RetryRule.DEFAULT,
        RetryBudgetLimits.DEFAULT,
        ProxyConfig.REPLAY_MAX_BYTES_DEFAULT,
        ProxyConfig.IDLE_PER_SERVER_MAX_DEFAULT,
        false);
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

  @Override
  public void close() throws IOException {
    proxy.close();
    for (TestServer server : servers) {
      server.close();
    }
  }
}
