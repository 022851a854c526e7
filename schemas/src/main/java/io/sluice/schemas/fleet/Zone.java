package io.sluice.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.text.Sentence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * A zone as the journal tells it.
 *
 * <p>{@link #apply} is total: a fact that does not fit (a server that was ready twice, or that is
 * not known) leaves the servers as they are. {@link #objection} says whether and why a fact does
 * not fit, for those who check histories.
 *
 * @param id which one
 * @param life whether it is there
 * @param policyRevision 0 before the first policy
 * @param policy how it scales
 * @param templateRevision 0 before the first template
 * @param template what its servers are made of
 * @param servers its servers, dead ones included until they are removed
 * @param load the last observation
 * @param balancer its balancer
 * @param leader the monitor that leads
 * @param rollout while it is on its way to another template
 * @param conditions the troubles that it is in, in the order in which they were last told of
 */
public record Zone(
    ZoneId id,
    ZoneLife life,
    int policyRevision,
    ZonePolicy policy,
    int templateRevision,
    ServerTemplate template,
    SortedMap<ServerId, Server> servers,
    Optional<LoadObserved> load,
    Optional<Balancer> balancer,
    Optional<Leader> leader,
    Optional<Rollout> rollout,
    List<ZoneCondition> conditions) {

  /** Makes the servers {@link Servers}, which never change. */
  public Zone {
    servers = Servers.of(servers);
    conditions = List.copyOf(conditions);
  }

  /** Reads a zone of any release: earlier ones knew no more than whether it is declared. */
  @JsonCreator
  static Zone read(
      @JsonProperty("id") ZoneId id,
      @JsonProperty("declared") boolean declared,
      @JsonProperty("life") Optional<ZoneLife> life,
      @JsonProperty("policyRevision") int policyRevision,
      @JsonProperty("policy") ZonePolicy policy,
      @JsonProperty("templateRevision") int templateRevision,
      @JsonProperty("template") ServerTemplate template,
      @JsonProperty("servers") Optional<SortedMap<ServerId, Server>> servers,
      @JsonProperty("load") Optional<LoadObserved> load,
      @JsonProperty("balancer") Optional<Balancer> balancer,
      @JsonProperty("leader") Optional<Leader> leader,
      @JsonProperty("rollout") Optional<Rollout> rollout,
      @JsonProperty("conditions") Optional<List<ZoneCondition>> conditions) {
    return new Zone(
        id,
        life.orElseGet(() -> ZoneLife.of(declared)),
        policyRevision,
        policy,
        templateRevision,
        template,
        servers.orElse(Servers.NONE),
        load,
        balancer,
        leader,
        rollout,
        conditions.orElse(List.of()));
  }

  /** Whether the zone is there, be it on its way out. */
  @JsonProperty
  public boolean declared() {
    return life.declared();
  }

  /** A zone of which nothing is known yet. */
  public static Zone unknown(ZoneId id) {
    return new Zone(
        id,
        ZoneLife.UNKNOWN,
        0,
        ZonePolicy.DEFAULT,
        0,
        ServerTemplate.DEFAULT,
        Servers.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Whether a server is made from an earlier template than the zone's. */
  public boolean outdated(Server server) {
    return server.template() < templateRevision;
  }

  /** Whether the zone is on its way to a template that it did not come from. */
  public boolean rollsForward() {
    return rollout.filter(under -> !under.returning(this)).isPresent();
  }

  /**
   * The first server of a new template that is ready, while the zone is on its way there: the one
   * by which the template is judged.
   */
  public Optional<Server> canary() {
    return rollsForward()
        ? in(ServerState.READY)
            .filter(server -> !outdated(server))
            .min(Comparator.comparing(Server::since).thenComparing(Server::id))
        : Optional.empty();
  }

  /** How many servers are in this state. */
  public int count(ServerState state) {
    return Servers.of(servers).count(state);
  }

  /** The same zone with these servers. */
  public Zone with(SortedMap<ServerId, Server> others) {
    return new Zone(
        id,
        life,
        policyRevision,
        policy,
        templateRevision,
        template,
        others,
        load,
        balancer,
        leader,
        rollout,
        conditions);
  }

  /** The zone's servers in this state, in the order of their ids. */
  public Stream<Server> in(ServerState state) {
    return servers.values().stream().filter(server -> server.state() == state);
  }

  /**
   * The zone after the fact.
   *
   * @throws IllegalArgumentException if the fact belongs to another zone
   */
  public Zone apply(JournalRecord entry) {
    if (!entry.event().zone().equals(id)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "%s of zone '%s': expected a fact of zone '%s'",
              entry.event().getClass().getSimpleName(), entry.event().zone(), id));
    }
    if (Succession.refusal(this, entry.event()).isPresent()) {
      return this;
    }
    return new ZoneDraft(this).after(entry.event(), entry.time());
  }

  /**
   * Whether this revision of policy or template is later than the zone's; true of other facts. A
   * policy or template of an earlier revision is that of a leader who was no longer one, or was
   * read twice, and must not come to hold again.
   */
  public boolean takes(FleetEvent event) {
    return !(event instanceof PolicyChanged policyChanged
            && policyChanged.revision() <= policyRevision)
        && !(event instanceof TemplateChanged templateChanged
            && templateChanged.revision() <= templateRevision);
  }

  /** Why the fact can't follow the ones before; empty if it can. */
  public Optional<String> objection(FleetEvent event) {
    return Succession.objection(this, event);
  }
}
