package io.sluice.schemas.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.canary.CanaryEvidence;
import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.text.Sentence;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A fact about a zone, as it stands in the journal.
 *
 * <p>Every fact has an envelope: a stable {@code type} name, the {@code version} of that type, the
 * {@code zone} whose history it belongs to, and {@code at}, the writer's own clock, which is for
 * people: decisions go by the broker's append time. A version grows when fields are added; a change
 * that an older reader would misread gets a new type name.
 */
@FactNames
@JsonPropertyOrder({"type", "version", "zone", "at"})
public sealed interface FleetEvent {
  /** The zone whose history the fact belongs to; the key of its record. */
  ZoneId zone();

  /** When it happened by the writer's clock. */
  Instant at();

  /** The version of the fact's type, counted from 1. */
  @JsonProperty
  default int version() {
    return 1;
  }

  /** The server that it tells the next step in life of; empty if it tells of none. */
  default Optional<ServerId> step() {
    return switch (this) {
      case ServerStarted started -> Optional.of(started.server());
      case ServerReady ready -> Optional.of(ready.server());
      case ServerReported reported -> Optional.of(reported.server());
      case ServerExited exited -> Optional.of(exited.server());
      case ServerDraining draining -> Optional.of(draining.server());
      case ServerDrained drained -> Optional.of(drained.server());
      case ServerStopped stopped -> Optional.of(stopped.server());
      case CommandFailed failed -> Optional.of(failed.server());
      case ZoneDeclared _, ZoneRetiring _, ZoneRetired _ -> Optional.empty();
      case PolicyChanged _, TemplateChanged _, LoadObserved _ -> Optional.empty();
      case ManualScaleRequested _, ScalingPaused _, ScalingResumed _ -> Optional.empty();
      case BalancerStarted _, BalancerLost _, RequestsWaiting _ -> Optional.empty();
      case LoadReported _, CanaryJudged _ -> Optional.empty();
      case ConditionRaised _, ConditionCleared _, LeaderElected _ -> Optional.empty();
    };
  }

  /**
   * A zone exists from here on.
   *
   * @param actor who declared it
   */
  record ZoneDeclared(ZoneId zone, Instant at, Actor actor) implements FleetEvent {}

  /**
   * The zone is on its way out from here on: it is to have no server, whatever its policy says.
   *
   * @param actor who asked for it
   */
  record ZoneRetiring(ZoneId zone, Instant at, Actor actor) implements FleetEvent {}

  /**
   * The zone is gone: its last server was removed, and with it ends whatever was said of it. What
   * counts on are its revisions and the numbers of its servers, so that nothing of a zone that is
   * declared again under its name can be taken for something of this one.
   */
  record ZoneRetired(ZoneId zone, Instant at) implements FleetEvent {}

  /**
   * The zone scales by this policy from here on.
   *
   * @param revision counted from 1 within the zone
   * @param policy the whole policy
   * @param actor who set it
   */
  record PolicyChanged(ZoneId zone, Instant at, int revision, ZonePolicy policy, Actor actor)
      implements FleetEvent {
    /**
     * Version 2 has limits, victims and dry runs, and more rules; version 3 idle rules; version 4
     * another watch over new templates than the usual one. A policy without these is as it was.
     */
    @Override
    public int version() {
      if (!policy.canary().equals(CanaryPolicy.DEFAULT)) {
        return 4;
      }
      return policy.rules().stream().anyMatch(ScalingRule.Idle.class::isInstance) ? 3 : 2;
    }
  }

  /**
   * The zone's new servers are made from this template from here on.
   *
   * @param revision counted from 1 within the zone
   * @param template the whole template
   * @param actor who set it
   * @param reason why, where it was set again because the last one failed or a secret has another
   *     value
   */
  record TemplateChanged(
      ZoneId zone,
      Instant at,
      int revision,
      ServerTemplate template,
      Actor actor,
      Optional<String> reason)
      implements FleetEvent {
    /**
     * Version 2 has the health path and how a container is run, version 3 the reason, version 4 the
     * entry point, user, stop signal, GPUs and volumes, version 5 the protocol. Version 6 has
     * secrets, or tells health otherwise than by a path that answers 200, and is written for these
     * alone, so that a monitor of a release before reads all else.
     */
    @Override
    public int version() {
      return template.secrets().isEmpty() && template.path().isPresent() ? 5 : 6;
    }
  }

  /**
   * What the zone's ready servers reported over the window that ends here.
   *
   * @param window how far back the means reach
   * @param load per metric the mean over the servers that reported it of each server's mean
   * @param reporting how many ready servers reported anything within the window, 0 or more
   * @param missing ready servers that did not report within the window, the first of them
   * @param warming ready servers whose load does not count yet: they became ready too lately
   * @param idlest the servers with the least load, the least loaded first, if the policy asks
   * @param counted how many are missing and warming, also if not all are listed; empty in versions
   *     1 and 2
   */
  record LoadObserved(
      ZoneId zone,
      Instant at,
      Duration window,
      @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<Metric, Mean> load,
      int reporting,
      @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> missing,
      @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> warming,
      @JsonSetter(nulls = Nulls.AS_EMPTY) List<ServerId> idlest,
      Optional<Counted> counted)
      implements FleetEvent {
    /** Copies the load and the lists. */
    public LoadObserved {
      load = Collections.unmodifiableSortedMap(Mean.among(load, reporting));
      missing = List.copyOf(missing);
      warming = List.copyOf(warming);
      idlest = List.copyOf(idlest);
    }

    /** What it is where all that report report every metric, and everybody is listed. */
    public LoadObserved(
        ZoneId zone,
        Instant at,
        Duration window,
        SortedMap<Metric, Double> load,
        int reporting,
        List<ServerId> missing,
        List<ServerId> warming,
        List<ServerId> idlest) {
      this(
          zone,
          at,
          window,
          Mean.all(load, reporting),
          reporting,
          missing,
          warming,
          idlest,
          Optional.of(new Counted(missing.size(), warming.size())));
    }

    /** The means alone. */
    public SortedMap<Metric, Double> means() {
      return Mean.values(load);
    }

    /** How many servers reported this metric. */
    public int reporting(Metric metric) {
      Mean mean = load.get(metric);
      return mean == null || (reporting <= 0 && !mean.byBalancers()) ? 0 : mean.servers();
    }

    /** How many ready servers did not report, also if not all are listed. */
    public int missingCount() {
      return Math.max(missing.size(), counted.map(Counted::missing).orElse(0));
    }

    /** How many ready servers are warming up, also if not all are listed. */
    public int warmingCount() {
      return Math.max(warming.size(), counted.map(Counted::warming).orElse(0));
    }

    /**
     * Version 2 says which servers are warming up, and which are the idlest; version 3 how many
     * servers reported each metric and who measured it, and how many stand behind lists that are
     * cut; version 4 has what the balancers measured, and without any of that is as it was.
     */
    @Override
    public int version() {
      return load.values().stream().anyMatch(Mean::byBalancers) ? 4 : 3;
    }
  }

  /**
   * The fleet runs a server; it does not serve yet.
   *
   * @param server the server
   * @param command the command that asked for it
   * @param address where it will serve, {@code http://host:port}
   * @param handle what the fleet calls it: a process id, a container id
   * @param epoch the term of the leader that started it
   * @param templateRevision the revision of the zone's template that it is made from; empty in
   *     version 1, where that is the zone's at that time
   */
  record ServerStarted(
      ZoneId zone,
      Instant at,
      ServerId server,
      CommandId command,
      URI address,
      String handle,
      Epoch epoch,
      Optional<Integer> templateRevision)
      implements FleetEvent {
    /** A server made from what the zone's template is at that time. */
    public ServerStarted(
        ZoneId zone,
        Instant at,
        ServerId server,
        CommandId command,
        URI address,
        String handle,
        Epoch epoch) {
      this(zone, at, server, command, address, handle, epoch, Optional.empty());
    }

    /** Version 2 has the revision of the template. */
    @Override
    public int version() {
      return 2;
    }
  }

  /**
   * The server answers its health check.
   *
   * @param server the server
   */
  record ServerReady(ZoneId zone, Instant at, ServerId server) implements FleetEvent {}

  /**
   * The zone's balancer gave the server up.
   *
   * @param server the server
   * @param lastError what the last attempt to reach it ended with
   */
  record ServerReported(ZoneId zone, Instant at, ServerId server, String lastError)
      implements FleetEvent {}

  /**
   * The fleet no longer runs the server, and nobody had asked for that.
   *
   * @param server the server
   * @param exitCode the process's exit code, where the fleet knows it
   * @param outOfMemory whether the fleet ended it for using too much memory
   * @param reason what is known, for people
   */
  record ServerExited(
      ZoneId zone,
      Instant at,
      ServerId server,
      Optional<Integer> exitCode,
      boolean outOfMemory,
      String reason)
      implements FleetEvent {}

  /**
   * The server gets no new requests from here on.
   *
   * @param server the server
   * @param command the command that asked for it
   */
  record ServerDraining(ZoneId zone, Instant at, ServerId server, CommandId command)
      implements FleetEvent {}

  /**
   * The zone's balancer has no request in flight to a draining server.
   *
   * @param server the server
   */
  record ServerDrained(ZoneId zone, Instant at, ServerId server) implements FleetEvent {}

  /**
   * The server and what the fleet kept of it are gone, as asked.
   *
   * @param server the server
   * @param reason why it was stopped, for people
   */
  record ServerStopped(ZoneId zone, Instant at, ServerId server, String reason)
      implements FleetEvent {}

  /**
   * A command could not be carried out for a server; nothing of that server is left.
   *
   * @param command the command
   * @param server the server that could not be started
   * @param reason what went wrong, for people
   */
  record CommandFailed(ZoneId zone, Instant at, CommandId command, ServerId server, String reason)
      implements FleetEvent {}

  /**
   * Somebody wants the zone to have this many servers.
   *
   * @param servers how many, 0 or more; the policy's limits still hold
   * @param until when the policy decides again; empty: at its next wish
   * @param actor who
   */
  record ManualScaleRequested(
      ZoneId zone, Instant at, int servers, Optional<Instant> until, Actor actor)
      implements FleetEvent {}

  /**
   * The zone's policy must not scale in a direction; dead servers are still replaced.
   *
   * @param direction which way
   * @param until when the pause ends by itself; empty: when resumed
   * @param actor who
   */
  record ScalingPaused(
      ZoneId zone, Instant at, Direction direction, Optional<Instant> until, Actor actor)
      implements FleetEvent {}

  /**
   * A pause has ended.
   *
   * @param direction which way
   * @param actor who
   */
  record ScalingResumed(ZoneId zone, Instant at, Direction direction, Actor actor)
      implements FleetEvent {}

  /**
   * The zone's balancer answers.
   *
   * @param address where it takes requests
   * @param admin where it takes orders
   */
  record BalancerStarted(ZoneId zone, Instant at, URI address, URI admin) implements FleetEvent {}

  /**
   * The zone's balancer no longer answers.
   *
   * @param reason what the last attempt ended with
   */
  record BalancerLost(ZoneId zone, Instant at, String reason) implements FleetEvent {}

  /**
   * Requests wait at a balancer: it knows no server of the zone, or all that it knows have as many
   * requests as they may. Repeated while they do.
   *
   * @param waiting how many, 0 or more: the last of them may have gone while it was counted
   * @param servers how many servers have as many as they may; empty: it knows none
   */
  record RequestsWaiting(ZoneId zone, Instant at, int waiting, Optional<Integer> servers)
      implements FleetEvent {
    /** Requests that wait since there is no server. */
    public RequestsWaiting(ZoneId zone, Instant at, int waiting) {
      this(zone, at, waiting, Optional.empty());
    }

    /** Version 2 has servers that are full; of a zone without any, the first says all. */
    @Override
    public int version() {
      return servers.isPresent() ? 2 : 1;
    }
  }

  /**
   * A figure of the whole zone that neither its servers nor its balancers measure, such as the
   * length of a queue.
   *
   * @param metric what it is
   * @param value the figure, 0 or more
   * @param validFor for how long it holds, if no other follows: {@link #VALID_MIN} to {@link
   *     #VALID_MAX}
   * @param source where it comes from, for people
   * @param actor who told it
   */
  record LoadReported(
      ZoneId zone,
      Instant at,
      Metric metric,
      double value,
      Duration validFor,
      String source,
      Actor actor)
      implements FleetEvent {
    /** What holds for less is over before it is weighed. */
    public static final Duration VALID_MIN = Duration.ofSeconds(2);

    /** What nobody has told again for a day is not known. */
    public static final Duration VALID_MAX = Duration.ofDays(1);

    /**
     * Validates the figure and its time.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public LoadReported {
      if (!(value >= 0 && Double.isFinite(value))) {
        throw new IllegalArgumentException(
            Sentence.of("%s is %s: expected a finite number, 0 or more", metric, value));
      }
      if (validFor.compareTo(VALID_MIN) < 0 || validFor.compareTo(VALID_MAX) > 0) {
        throw new IllegalArgumentException(
            Sentence.of("valid for %s: expected %s to %s", validFor, VALID_MIN, VALID_MAX));
      }
    }
  }

  /**
   * The first server of a new template was watched beside the others. A template that is worse is
   * taken back, and any other goes on to the rest of the zone.
   *
   * @param revision the template's
   * @param verdict what follows from the evidence under the zone's policy
   * @param evidence what was seen
   */
  record CanaryJudged(
      ZoneId zone, Instant at, int revision, Verdict verdict, CanaryEvidence evidence)
      implements FleetEvent {}

  /**
   * The zone is in trouble from here on, or the trouble that it is in has changed.
   *
   * @param condition what it is and what would end it
   */
  record ConditionRaised(ZoneId zone, Instant at, Condition condition) implements FleetEvent {}

  /**
   * Trouble is over.
   *
   * @param kind what kind it was
   * @param server the server that it was about, if it was about one
   */
  record ConditionCleared(ZoneId zone, Instant at, ConditionKind kind, Optional<ServerId> server)
      implements FleetEvent {}

  /**
   * A monitor leads from here on.
   *
   * @param monitor who
   * @param epoch its term, one more than the last
   * @param url where it answers
   */
  record LeaderElected(ZoneId zone, Instant at, MonitorId monitor, Epoch epoch, URI url)
      implements FleetEvent {}
}
