package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.vault.SealedSecret;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Something to be done outside, whose result comes back as an {@link Input}. An effect that stands
 * in an outcome with facts is performed after they are recorded.
 */
public sealed interface Effect {
  /**
   * Start a server; answered by {@code ServerUp}, {@code StartFailed}, {@code NameTaken} or {@code
   * SecretsSealed}.
   *
   * @param secrets what it is to get, in the order of its template; sealed still
   */
  record Start(ServerSpec spec, List<SealedSecret> secrets) implements Effect {
    /** Copies the list. */
    public Start {
      secrets = List.copyOf(secrets);
    }
  }

  /**
   * Look at a server's health until it is well; {@code Answered} or {@code Unanswered}.
   *
   * @param address where it is asked, if it is
   * @param health by what it is told whether it is well
   * @param timeout how long to look
   */
  record AwaitReady(ServerId server, URI address, Health health, Duration timeout)
      implements Effect {}

  /** Stop asking a server for its health; not answered. */
  record StopAwaiting(ServerId server) implements Effect {}

  /** Stop a server and remove its remains; answered by {@code Stopped} or {@code StopFailed}. */
  record Stop(ServerId server, Duration grace) implements Effect {}

  /** Ask how a server ended that a listing shows to have ended; answered by {@code HowEnded}. */
  record AskHowEnded(ServerId server) implements Effect {}

  /** List the fleet; answered by {@code Listed} or {@code ListFailed}. */
  record ListServers() implements Effect {}

  /** Whether it starts or ends a server, as opposed to looking at one. */
  default boolean changesFleet() {
    return switch (this) {
      case Start ignored -> true;
      case Stop ignored -> true;
      case AwaitReady ignored -> false;
      case StopAwaiting ignored -> false;
      case AskHowEnded ignored -> false;
      case ListServers ignored -> false;
    };
  }
}
