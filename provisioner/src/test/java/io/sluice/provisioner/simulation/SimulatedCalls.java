package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.Message;
import io.sluice.provisioner.elector.PeerCalls;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/** One monitor's calls to the others. */
final class SimulatedCalls implements PeerCalls {
  private final SimulatedMonitor monitor;

  SimulatedCalls(SimulatedMonitor monitor) {
    this.monitor = monitor;
  }

  @Override
  public Optional<URI> url(MonitorId peer) {
    return Optional.of(URI.create("http://monitor%s:8080".formatted(peer)));
  }

  @Override
  public void send(MonitorId to, Message message) throws IOException, InterruptedException {
    if (!ask(to, peer -> peer.hears(monitor.id(), message))) {
      throw new IOException("answered with 503");
    }
  }

  @Override
  public boolean leads(MonitorId peer) throws IOException, InterruptedException {
    return ask(peer, SimulatedMonitor::leads);
  }

  private boolean ask(MonitorId peer, Function<SimulatedMonitor, Boolean> question)
      throws IOException, InterruptedException {
    requireKnown(peer);
    SimulatedNetwork.Reply<Boolean> reply =
        monitor
            .threads()
            .answer(told ->
                monitor
                    .around()
                    .network()
                    .ask(monitor, monitor.around().monitor(peer), question, told));
    return switch (reply) {
      case SimulatedNetwork.Reply.Answer<Boolean>(Boolean what) -> what;
      case SimulatedNetwork.Reply.Refusal<Boolean>() ->
          throw new ConnectException("nobody listens there");
      case SimulatedNetwork.Reply.Silence<Boolean>() -> throw new IOException("no answer");
    };
  }

  private void requireKnown(MonitorId peer) throws IOException {
    if (monitor.around().monitors().stream().noneMatch(known -> known.id().equals(peer))) {
      throw new IOException("monitor %s: expected one of the others".formatted(peer));
    }
  }

  @Override
  public void hold(MonitorId peer) throws IOException, InterruptedException {
    requireKnown(peer);
    Coroutine me = monitor.cluster().scheduler().running().orElseThrow();
    long mine = me.prepare();
    SimulatedNetwork network = monitor.around().network();
    SimulatedNetwork.Connection held =
        network.hold(monitor, monitor.around().monitor(peer), () -> me.wake(mine));
    try {
      me.park();
    } finally {
      network.letGo(held);
    }
    throw new IOException("the connection is gone");
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
