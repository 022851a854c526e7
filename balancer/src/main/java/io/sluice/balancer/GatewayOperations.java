package io.sluice.balancer;

import io.sluice.balancer.admin.Operations;
import io.sluice.balancer.admin.PoolsView;
import io.sluice.balancer.admin.ZoneStatus;
import io.sluice.balancer.membership.MembershipState;
import io.sluice.balancer.pool.Target;
import io.sluice.schemas.supervision.LoopState;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the admin port of a gateway may ask and order. */
final class GatewayOperations implements Operations {
  private final Gateway gateway;
  private final AtomicReference<Optional<URI>> monitor = new AtomicReference<>(Optional.empty());

  GatewayOperations(Gateway gateway) {
    this.gateway = gateway;
  }

  @Override
  public List<URI> alive() {
    return gateway.routing().alive().stream().map(Target::address).toList();
  }

  @Override
  public boolean staticServers() {
    return false;
  }

  @Override
  public List<URI> change(List<URI> adds, List<URI> deletes) {
    throw new IllegalStateException("servers of a gateway are never given by hand");
  }

  @Override
  public Optional<URI> monitor() {
    return monitor.get();
  }

  @Override
  public void monitor(URI primary) {
    monitor.set(Optional.of(primary));
  }

  @Override
  public PoolsView pools() {
    return PoolsViews.of(gateway.parts().stream().map(ZonePart::state).toList(), gateway.proxy());
  }

  @Override
  public List<ZoneStatus> zones() {
    return gateway.zones();
  }

  @Override
  public MembershipState membership() {
    return MembershipState.ofAll(gateway.parts().stream().map(ZonePart::membership).toList());
  }

  @Override
  public List<LoopState> loops() {
    return gateway.loops();
  }

  @Override
  public List<String> reload() {
    return gateway.reload();
  }

  @Override
  public boolean maintenance() {
    return gateway.proxy().maintenance();
  }

  @Override
  public void maintenance(boolean on) {
    gateway.proxy().maintenance(on);
  }

  @Override
  public String metrics() {
    String name = gateway.config().name().value();
    BalancerMetrics common = new BalancerMetrics("gateway", name, gateway.proxy());
    return common.text(pools(), membership()) + ZoneMetrics.text(name, zones());
  }
}
