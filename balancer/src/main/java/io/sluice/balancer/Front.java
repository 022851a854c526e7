package io.sluice.balancer;

import io.sluice.balancer.admin.AdminException;
import io.sluice.balancer.admin.Operations;
import io.sluice.balancer.handover.Door;
import io.sluice.balancer.handover.HandOverException;
import io.sluice.balancer.handover.Predecessor;
import io.sluice.balancer.handover.StandingOrders;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.proxy.Observations;
import io.sluice.balancer.proxy.Proxy;
import io.sluice.balancer.spill.SpillRule;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two ports of a balancer or gateway: one for traffic, one for orders. Both can be taken over
 * from a predecessor, and left to a successor.
 */
final class Front implements AutoCloseable {
  /** How long a successor waits until it knows its servers. */
  private static final Duration KNOWING_MAX = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(Front.class);

  /**
   * What stands behind the ports.
   *
   * @param routing gives the latest snapshot
   * @param observations is told what happens to servers
   * @param spill which zone takes a request; empty: there is one
   * @param operations answers questions and takes orders
   * @param orders those about servers that a successor has to know of
   */
  record Behind(
      Supplier<Routing> routing,
      Observations observations,
      Optional<SpillRule> spill,
      Operations operations,
      Supplier<StandingOrders> orders) {}

  private volatile FrontConfig config;
  private final Operations operations;
  private final Supplier<StandingOrders> orders;
  private final Runnable stopFollowing;
  private final Optional<Predecessor> predecessor;
  private final Proxy proxy;
  private final AdminPort admin;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private Optional<Door> door = Optional.empty();
  private volatile boolean leaving;

  /**
   * Opens both ports; where there is a predecessor, {@link #begin} does.
   *
   * @param stopFollowing lets the servers be as they are known, once a successor serves
   * @throws io.sluice.balancer.proxy.ProxyException if the port for traffic is taken
   * @throws io.sluice.balancer.admin.AdminException if the port for orders is taken
   */
  Front(
      FrontConfig config,
      Behind behind,
      Optional<Predecessor> predecessor,
      Runnable stopFollowing) {
    this.config = config;
    this.operations = behind.operations();
    this.orders = behind.orders();
    this.stopFollowing = stopFollowing;
    this.predecessor = predecessor;
    this.proxy =
        new Proxy(
            config.traffic(),
            behind.routing(),
            behind.observations(),
            behind.spill(),
            predecessor.map(Predecessor::sockets).orElse(List.of()));
    this.admin = new AdminPort(config, operations);
    if (predecessor.isEmpty()) {
      try {
        admin.open();
      } catch (RuntimeException failed) {
        proxy.close();
        throw failed;
      }
    }
  }

  /** The predecessor of whoever is configured so, if one runs and it can be taken over from. */
  static Optional<Predecessor> predecessor(FrontConfig config) {
    return Predecessor.ask(
        config
            .handOver()
            .socket()
            .orElseThrow(() ->
                new HandOverException(
                    "nothing can be taken over: expected handOver.socket in the configuration")));
  }

  /**
   * Takes over from the predecessor, if there is one, and lets a successor ask for the same.
   *
   * @param known waits at most so long, and says whether the servers are known
   * @throws HandOverException if it fails; the predecessor then serves as before
   */
  void begin(Predicate<Duration> known) {
    predecessor.ifPresent(before -> takeOver(before, known));
    door = config.handOver().socket().map(path -> new Door(path, new Leaving()));
  }

  private void takeOver(Predecessor before, Predicate<Duration> known) {
    if (!known.test(KNOWING_MAX)) {
      throw new HandOverException(
          "its servers are not known after %s: expected Kafka to answer".formatted(KNOWING_MAX));
    }
    before.monitor().ifPresent(operations::monitor);
    tell(before, talk -> follow(talk.freeAdmin()));
    admin.open();
    proxy.accept();
    tell(before, Predecessor::serving);
    LOG.info("took over from the process that ran before");
  }

  private void follow(StandingOrders orders) {
    if (!orders.added().isEmpty() || !orders.removed().isEmpty()) {
      var _ = operations.change(orders.added(), orders.removed());
    }
    orders.maintenance().ifPresent(operations::maintenance);
  }

  /** One that has died meanwhile need not be told: then this process is all there is. */
  private static void tell(Predecessor before, Consumer<Predecessor> word) {
    try {
      word.accept(before);
    } catch (HandOverException unheard) {
      if (!before.gone().isDone()) {
        throw unheard;
      }
      LOG.warn("the process that ran before is gone: {}", unheard.getMessage());
    }
  }

  /** Runs the action once no other process serves the same servers any more, which may be now. */
  void whenAlone(Runnable action) {
    var _ =
        predecessor
            .map(Predecessor::gone)
            .orElse(CompletableFuture.completedFuture(null))
            .thenRun(action);
  }

  /** Whether a successor serves; what happens here then is not for the records. */
  boolean leaving() {
    return leaving;
  }

  /** Completes when a successor serves, and the last connection has ended here. */
  CompletableFuture<Void> left() {
    return left;
  }

  /**
   * From now on this holds, but for its ports of orders and hand-over. Its files are looked at
   * anew, even if it is what held before.
   *
   * @return what changed, by its keys
   * @throws io.sluice.balancer.proxy.ProxyException if the data path can't become so; then nothing
   *     has changed
   */
  List<String> become(FrontConfig next) {
    FrontConfig before = config;
    List<String> changed = new ArrayList<>();
    if (!before.traffic().equals(next.traffic())) {
      proxy.become(next.traffic());
      changed.add("traffic");
    } else {
      proxy.reload();
    }
    if (!before.token().equals(next.token())) {
      admin.become(next.token());
      changed.add("admin.token");
    }
    if (!before.closeGrace().equals(next.closeGrace())) {
      changed.add("closeGrace");
    }
    if (!before.handOver().grace().equals(next.handOver().grace())) {
      changed.add("handOver.grace");
    }
    config = next;
    return changed;
  }

  Proxy proxy() {
    return proxy;
  }

  InetSocketAddress adminAddress() {
    return admin.address();
  }

  @Override
  public void close() {
    proxy.close(config.closeGrace());
    admin.close();
    door.ifPresent(Door::close);
    predecessor.ifPresent(Predecessor::close);
  }

  /** What a successor wants of this process. */
  private final class Leaving implements Door.Owner {
    @Override
    public List<Integer> sockets() {
      return proxy.sockets();
    }

    @Override
    public Optional<URI> monitor() {
      return operations.monitor();
    }

    @Override
    public StandingOrders freeAdmin() {
      admin.close();
      boolean on = proxy.maintenance();
      boolean ordered = on != config.traffic().listener().maintenance().on();
      return ordered ? orders.get().withMaintenance(on) : orders.get();
    }

    @Override
    public void reopenAdmin() {
      try {
        admin.open();
      } catch (AdminException taken) {
        LOG.error("the port for orders is lost after a hand-over that failed", taken);
      }
    }

    @Override
    public void leave() {
      leaving = true;
      stopFollowing.run();
      proxy.leave(config.handOver().grace());
      left.complete(null);
    }
  }
}
