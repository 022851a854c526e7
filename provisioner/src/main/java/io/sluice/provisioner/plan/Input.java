package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What the leader hears of. */
public sealed interface Input {
  /** A fact was read from the journal. */
  record FactRead(int partition, JournalRecord entry) implements Input {}

  /** A command was read. */
  record CommandRead(Place place, ScaleCommand command) implements Input {}

  /** A record that is no command was read, and put with the dead letters. */
  record CommandSkipped(Place place) implements Input {}

  /** The fleet started a server. */
  record ServerUp(ServerId server, Started started) implements Input {}

  /** The fleet could not start a server; nothing of it is left. */
  record StartFailed(ServerId server, String reason) implements Input {}

  /**
   * A server was not started, since its name is that of something of another cluster, or nobody's.
   */
  record NameTaken(ServerId server, String reason) implements Input {}

  /** A server was not started, since a secret that it is to get can't be unsealed. */
  record SecretsSealed(ServerId server, String reason) implements Input {}

  /** A server answered its health check. */
  record Answered(ServerId server) implements Input {}

  /** A server did not answer within its start timeout; {@code last} is what the last check met. */
  record Unanswered(ServerId server, String last) implements Input {}

  /** The fleet stopped and removed a server. */
  record Stopped(ServerId server) implements Input {}

  /** The fleet could not stop a server. */
  record StopFailed(ServerId server, String reason) implements Input {}

  /** The fleet saw a server end. */
  record Exited(Exit exit) implements Input {}

  /**
   * The fleet was asked how a server ended; empty: it does not know, cannot say, or is about to
   * tell.
   */
  record HowEnded(ServerId server, Optional<Exit> exit) implements Input {}

  /**
   * The fleet's listing.
   *
   * @param commandsRead whether every command that stands in the topic was read by now
   */
  record Listed(Listing listing, boolean commandsRead) implements Input {
    /** A listing of all that there is. */
    public Listed(List<Instance> instances, boolean commandsRead) {
      this(Listing.of(instances), commandsRead);
    }
  }

  /** The fleet could not be listed. */
  record ListFailed(String reason) implements Input {}

  /** Somebody who watches a server says that it is dead. */
  record Reported(ServerId server, String lastError) implements Input {}

  /** Somebody asks something of the secrets; answered by a ruling. */
  record SecretRequested(SecretChange change) implements Input {}

  /** Somebody asks for a change; the outcome has a {@link ChangeResult} on each. */
  record Requested(Change change) implements Input {}

  /** Something was heard of a figure that the leader asks others for. */
  record LoadHeard(LoadNews news) implements Input {}

  /** A balancer has counted what it did for a zone that rolls over to another template. */
  record TrafficHeard(BalancerMetrics report) implements Input {}

  /** How a zone's balancer does. */
  sealed interface OfBalancer extends Input {
    /** The zone whose balancer it is. */
    ZoneId zone();
  }

  /** A zone's balancer answers. */
  record BalancerAnswers(ZoneId zone, URI address, URI admin) implements OfBalancer {}

  /** Another zone's balancer answers where this zone's is configured. */
  record BalancerForeign(ZoneId zone, String reason) implements OfBalancer {}

  /** A zone's balancer does not answer any more. */
  record BalancerSilent(ZoneId zone, String reason) implements OfBalancer {}

  /** Time has passed. */
  record Tick() implements Input {}
}
