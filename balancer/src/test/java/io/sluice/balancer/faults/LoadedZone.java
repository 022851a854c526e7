package io.sluice.balancer.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.balancer.Balancer;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.Balancing;
import io.sluice.balancer.proxy.Count;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A zone with its servers, its balancer, and users who never pause. */
final class LoadedZone implements AutoCloseable {
  /** How long something may take that has to happen. */
  static final Duration WAIT_MAX = Duration.ofSeconds(12);

  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Pattern WAITING =
      Pattern.compile("^sluice_balancer_waiting_requests.* (\\d+)$", Pattern.MULTILINE);

  /** Looks often whether a server is back; never gives one up. */
  private static final PoolTimings POOLS =
      new PoolTimings(
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          100,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  private final List<ServerProcess> servers;
  private final Balancer balancer;
  private final Wrk users;
  private final HttpClient http = HttpClient.newHttpClient();

  private LoadedZone(List<ServerProcess> servers, Balancer balancer) throws IOException {
    this.servers = servers;
    this.balancer = balancer;
    this.users = Wrk.start(balancer.traffic());
  }

  /** The same with a balancer that does not take an error for the last word. */
  static LoadedZone startDistrustful(int count) throws IOException {
    ProxyConfig usual = BalancerConfig.trafficDefault();
    Balancing balancing = usual.balancing();
    return start(
        count,
        new ProxyConfig(
            usual.host(),
            0,
            usual.loops(),
            usual.transport(),
            usual.listener(),
            usual.heads(),
            usual.clients(),
            new Balancing(
                balancing.pick(),
                balancing.slowStart(),
                balancing.perServerMax(),
                balancing.waitingMax(),
                5,
                balancing.gatewayFailuresInARow(),
                balancing.sticky()),
            usual.timeouts(),
            new RetryRule(3, 3, Set.of(500)),
            usual.retryBudget(),
            usual.replayMaxBytes(),
            usual.idlePerServerMax(),
            usual.hops()));
  }

  /** Starts everything; returns once the users are served. */
  static LoadedZone start(int count, ProxyTimeouts timeouts) throws IOException {
    return start(count, BalancerConfig.trafficDefault().withTimeouts(timeouts));
  }

  private static LoadedZone start(int count, ProxyConfig traffic) throws IOException {
    List<ServerProcess> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      servers.add(ServerProcess.start());
    }
    Balancer balancer =
        Balancer.start(
            BalancerConfig.standalone(ZONE)
                .withTraffic(traffic)
                .withPorts(0, 0)
                .withPools(POOLS)
                .withServers(servers.stream().map(ServerProcess::address).toList()));
    LoadedZone zone = new LoadedZone(servers, balancer);
    zone.awaitMore(2000);
    return zone;
  }

  ServerProcess server(int index) {
    return servers.get(index);
  }

  /** Sends the users home; what they have seen. */
  Wrk.Outcome outcome() throws IOException, InterruptedException {
    return users.outcome();
  }

  long count(Count count) {
    return balancer.counts().getOrDefault(count, 0L);
  }

  /** Waits until so many more requests were answered well. */
  void awaitMore(int requests) {
    long before = count(Count.RESPONSES_2XX);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> count(Count.RESPONSES_2XX) >= before + requests);
  }

  /** Waits until the server is in this pool, and nobody waits for its answer any more. */
  void awaitOut(ServerProcess server, String pool) {
    await().atMost(WAIT_MAX).until(() -> pool(server).equals(pool) && inFlight(server) == 0);
  }

  private Map<String, List<PoolsView.Server>> pools() {
    PoolsView pools = balancer.pools();
    return Map.of(
        "alive", pools.alive(), "ejected", pools.ejected(), "disconnected", pools.disconnected());
  }

  /** In which pool a server is. */
  String pool(ServerProcess server) {
    return pools().entrySet().stream()
        .filter(pool -> pool.getValue().stream().anyMatch(one -> is(one, server)))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining());
  }

  private int inFlight(ServerProcess server) {
    return pools().values().stream()
        .flatMap(List::stream)
        .filter(one -> is(one, server))
        .mapToInt(PoolsView.Server::inFlight)
        .sum();
  }

  private static boolean is(PoolsView.Server one, ServerProcess server) {
    return one.address().equals(server.address());
  }

  /** How many requests wait for a server, by the metrics. */
  long waiting() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(admin("/observe/metrics")).build();
    String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    Matcher line = WAITING.matcher(text);
    assertThat(line.find()).isTrue();
    return Long.parseLong(line.group(1));
  }

  /** Orders the balancer: {@code adds} or {@code deletes}. */
  void order(String what, ServerProcess... which) throws IOException, InterruptedException {
    String other = what.equals("adds") ? "deletes" : "adds";
    String list =
        Arrays.stream(which)
            .map(server -> "\"" + server.address() + "\"")
            .collect(Collectors.joining(","));
    String body = "{\"%s\":[%s],\"%s\":[]}".formatted(what, list, other);
    HttpRequest request =
        HttpRequest.newBuilder(admin("/servers"))
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private URI admin(String path) {
    return URI.create("http://127.0.0.1:" + balancer.adminAddress().getPort() + path);
  }

  @Override
  public void close() {
    users.close();
    balancer.close();
    servers.forEach(ServerProcess::close);
    http.shutdownNow();
  }
}
