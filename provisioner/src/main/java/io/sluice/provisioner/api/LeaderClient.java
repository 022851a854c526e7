package io.sluice.provisioner.api;

import io.helidon.http.Status;
import io.sluice.provisioner.leadership.Leadership;
import io.sluice.provisioner.leadership.LeadershipLostException;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.provisioner.leadership.Reply;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.SecretChange;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Where calls meet the leader: its knowledge, and its recording of what is asked. */
final class LeaderClient {
  private static final Duration RECORDING_MAX = Duration.ofSeconds(10);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Leadership office;
  private final Supplier<LeadershipState> follower;

  /**
   * A desk.
   *
   * @param follower what this monitor knows while it does not lead
   */
  LeaderClient(Leadership office, Supplier<LeadershipState> follower) {
    this.office = office;
    this.follower = follower;
  }

  /** Why the leader's fleet can't run servers of such a template; empty: it can. */
  Optional<String> objection(ServerTemplate template) {
    return office.objection(template);
  }

  boolean leads() {
    return office.state().leads();
  }

  /** The fleet by the journal, and by what was recorded a moment ago. */
  Fleet fleet() {
    LeadershipState own = office.state();
    return own.leads() ? own.view() : follower.get().view();
  }

  /** The zones that there are: those that were declared, and are not retired. */
  List<Zone> zones() {
    return fleet().zones().values().stream().filter(Zone::declared).toList();
  }

  /** The zone of this name, or a refusal that names those that there are. */
  Zone zone(String name) {
    return ever(name).filter(Zone::declared).orElseThrow(() -> noZone(name));
  }

  /** The zone of this name, be it a retired one; empty if the journal does not know it. */
  Optional<Zone> ever(String name) {
    return fleet().zones().values().stream()
        .filter(zone -> zone.id().value().equals(name))
        .findFirst();
  }

  /** There is no such zone. */
  Refusal noZone(String name) {
    return Refusal.noZone(name, zones().stream().map(Zone::id).toList());
  }

  /** The zone's id as it stands in a path; a leader knows best whether there is such a zone. */
  ZoneId zoneId(String name) {
    try {
      return new ZoneId(name);
    } catch (IllegalArgumentException malformed) {
      throw noZone(name);
    }
  }

  /** Lets the leader hear of everything, and returns when what follows from it is recorded. */
  void tell(List<Input> inputs) {
    requireLeader();
    List<CompletableFuture<?>> recordings =
        inputs.stream().<CompletableFuture<?>>map(office::tell).toList();
    recordings.forEach(this::await);
  }

  /** Asks for a change, and returns when it is recorded or refused. */
  Reply request(Change change) {
    requireLeader();
    return await(office.request(change));
  }

  /** Asks something of the secrets, and returns when it is recorded or refused. */
  Reply request(SecretChange change) {
    requireLeader();
    return await(office.request(change));
  }

  /** What seals secrets. */
  Vault vault() {
    return office.vault();
  }

  private void requireLeader() {
    if (!leads()) {
      throw notLeading();
    }
  }

  private <T> T await(CompletableFuture<T> recording) {
    try {
      return recording.get(RECORDING_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof LeadershipLostException) {
        throw notLeading();
      }
      throw new IllegalStateException("something asked was not recorded", failed.getCause());
    } catch (TimeoutException slow) {
      throw new Refusal(
          Status.SERVICE_UNAVAILABLE_503,
          "it was not recorded within 10 s, and may still be: the journal will tell");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, "the monitor is closed");
    }
  }

  private Refusal notLeading() {
    LeadershipState state = office.state();
    return Refusal.later(
        Status.SERVICE_UNAVAILABLE_503,
        "this monitor does not lead, and no leader is known: "
            + state.trouble().orElse("its term ended while this was recorded"),
        RETRY_AFTER);
  }
}
