package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.GivenSecret;
import io.sluice.provisioner.fleet.NameTakenException;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.plan.Effect;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.secret.SecretException;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.vault.SealedSecret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs effects, each on a virtual thread of its own, and hands on what came of them, whatever
 * that is: an effect that ends by anything unforeseen has failed, and no other with it. One of
 * which nothing is heard has failed after a time as well; what it says later is not handed on,
 * since the leader has drawn its conclusions. Once closed it begins nothing more, and what is under
 * way is interrupted and not followed up.
 */
final class EffectExecutor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EffectExecutor.class);

  private final ServerFleet fleet;
  private final Vault vault;
  private final Threads threads;
  private final Patience patience;
  private final Readiness readiness;
  private final Consumer<Input> results;
  private final Consumer<Throwable> fatal;
  private final Map<ServerId, Threads.Task> awaited = new HashMap<>();
  private final Map<Long, Threads.Task> underWay = new ConcurrentHashMap<>();
  private long begun;
  private volatile boolean closed;

  /**
   * How long a fleet may take. Fleets give up by themselves before; this is for one that hangs.
   *
   * @param listing for naming its servers
   * @param start for fetching an image and starting a server
   * @param stop for stopping a server, beside the server's own time
   */
  record Patience(Duration listing, Duration start, Duration stop) {
    /** An engine has half a minute for each answer; an image may come from far away. */
    static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(30), Duration.ofMinutes(30), Duration.ofMinutes(5));
  }

  /**
   * An executor for one term.
   *
   * @param results called by any thread
   * @param fatal hears of what means that the process can't go on; called by any thread
   */
  EffectExecutor(
      LeaderLoop.Tools tools,
      Patience patience,
      Consumer<Input> results,
      Consumer<Throwable> fatal) {
    this.fleet = tools.fleet();
    this.vault = tools.vault();
    this.threads = tools.threads();
    this.patience = patience;
    this.readiness = new Readiness(tools);
    this.results = results;
    this.fatal = fatal;
  }

  /**
   * Begins the effect; called by the leader's thread only.
   *
   * @param handles what the journal says that the fleet called a server
   */
  void perform(Effect effect, Function<ServerId, Optional<String>> handles) {
    switch (effect) {
      case Effect.Start(ServerSpec spec, List<SealedSecret> secrets) -> {
        ServerId server = spec.server();
        var _ =
            begin(() -> started(spec, secrets), failure -> new Input.StartFailed(server, failure));
      }
      case Effect.AwaitReady(var server, var address, var health, var timeout) -> {
        awaited.values().removeIf(Threads.Task::ended);
        awaited.put(
            server,
            begin(
                () -> readiness.await(server, address, health, timeout),
                failure -> new Input.Unanswered(server, failure)));
      }
      case Effect.StopAwaiting(var server) ->
          Optional.ofNullable(awaited.remove(server)).ifPresent(Threads.Task::interrupt);
      case Effect.Stop(var server, var grace) -> {
        Optional<String> handle = handles.apply(server);
        var _ =
            begin(
                () -> stop(server, handle, grace),
                failure -> new Input.StopFailed(server, failure));
      }
      case Effect.AskHowEnded(var server) -> {
        Optional<String> handle = handles.apply(server);
        var _ = begin(() -> howEnded(server, handle), failure -> unexplained(server, failure));
      }
      case Effect.ListServers() -> {
        // Whether every command was read only the leader's thread knows: it fills that in.
        var _ =
            begin(
                () -> new Input.Listed(within(patience.listing(), fleet::list), false),
                Input.ListFailed::new);
      }
    }
  }

  private Input howEnded(ServerId server, Optional<String> handle) throws InterruptedException {
    return new Input.HowEnded(
        server, within(patience.listing(), () -> fleet.howEnded(server, handle)));
  }

  private static Input unexplained(ServerId server, String failure) {
    LOG.debug("how server {} ended can't be asked: {}", server, failure);
    return new Input.HowEnded(server, Optional.empty());
  }

  private Input started(ServerSpec spec, List<SealedSecret> sealed) throws InterruptedException {
    List<GivenSecret> secrets = new ArrayList<>();
    try {
      List<SecretUse> uses = spec.template().secrets();
      for (int i = 0; i < sealed.size(); i++) {
        secrets.add(new GivenSecret(uses.get(i), vault.open(sealed.get(i))));
      }
    } catch (SecretException unreadable) {
      return new Input.SecretsSealed(spec.server(), String.valueOf(unreadable.getMessage()));
    }
    try {
      return new Input.ServerUp(spec.server(), start(spec.with(secrets)));
    } catch (NameTakenException taken) {
      return new Input.NameTaken(spec.server(), String.valueOf(taken.getMessage()));
    }
  }

  private Started start(ServerSpec spec) throws InterruptedException {
    try {
      return within(patience.start(), () -> fleet.start(spec));
    } catch (RuntimeException | Error failed) {
      if (closed) {
        // Another leader may have adopted what was begun: it is not ours to clean up any more.
        throw failed;
      }
      // A failed start is reported as having left nothing behind: make that true.
      try {
        var _ = stop(spec.server(), Optional.empty(), Duration.ZERO);
      } catch (RuntimeException | Error remains) {
        failed.addSuppressed(remains);
        LOG.warn("remains of server {} can't be removed", spec.server(), remains);
      }
      throw failed;
    }
  }

  private Input stop(ServerId server, Optional<String> handle, Duration grace)
      throws InterruptedException {
    return within(
        patience.stop().plus(grace),
        () -> {
          handle.ifPresentOrElse(
              known -> fleet.stop(server, known, grace), () -> fleet.stop(server, grace));
          return new Input.Stopped(server);
        });
  }

  /**
   * The fleet's answer.
   *
   * @throws FleetException if there is none in time; the question is interrupted then
   */
  private <T> T within(Duration most, Supplier<T> question) throws InterruptedException {
    Threads.Mailbox<Supplier<T>> answer = threads.mailbox();
    Threads.Task asking = threads.passing("question", () -> answer.add(answered(question)));
    asking.start();
    try {
      return answer
          .poll(most)
          .orElseThrow(() ->
              new FleetException(
                  "the fleet did not answer within %d s".formatted(most.toSeconds())))
          .get();
    } finally {
      asking.interrupt();
    }
  }

  /** What is answered, or thrown, for whoever asked. */
  private static <T> Supplier<T> answered(Supplier<T> question) {
    try {
      T answer = question.get();
      return () -> answer;
    } catch (RuntimeException failed) {
      return () -> {
        throw failed;
      };
    } catch (Error failed) {
      return () -> {
        throw failed;
      };
    }
  }

  private Threads.Task begin(Callable<Input> work, Function<String, Input> failed) {
    begun++;
    long number = begun;
    Threads.Task task =
        threads.passing(
            "effect-" + number,
            () -> {
              perform(work, failed);
              underWay.remove(number);
            });
    underWay.put(number, task);
    task.start();
    return task;
  }

  private void perform(Callable<Input> work, Function<String, Input> failed) {
    try {
      results.accept(work.call());
    } catch (InterruptedException ended) {
      // The term is over, or nobody wants to know any more.
      Thread.currentThread().interrupt();
    } catch (FleetException failure) {
      results.accept(failed.apply(String.valueOf(failure.getMessage())));
    } catch (Throwable unforeseen) {
      LOG.error("an effect failed in an unforeseen way", unforeseen);
      results.accept(failed.apply(unforeseen.toString()));
      if (LeadershipLostException.isFatal(unforeseen)) {
        fatal.accept(unforeseen);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    underWay.values().forEach(Threads.Task::interrupt);
  }
}
