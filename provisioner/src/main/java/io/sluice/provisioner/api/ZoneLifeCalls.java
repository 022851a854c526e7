package io.sluice.provisioner.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.leadership.Reply;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.zones.ZoneTopics;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls by which zones come and go. */
final class ZoneLifeCalls {
  private static final ZoneId NOWHERE = new ZoneId("zone");

  private final LeaderClient desk;
  private final ZoneTopics topics;

  ZoneLifeCalls(LeaderClient desk, ZoneTopics topics) {
    this.desk = desk;
    this.topics = topics;
  }

  List<Route> routes() {
    return List.of(
        Route.leaders(Method.POST, "/v1/zones", Access.OPERATORS, this::declare),
        Route.leaders(Method.DELETE, "/v1/zones/{zone}", Access.OPERATORS, this::retire));
  }

  /**
   * How far a zone has come by what was asked.
   *
   * @param changed false: it was there already, and nothing was recorded
   * @param partition of the journal, if it was recorded
   * @param offset in the partition at which it stands
   */
  private record Come(
      ZoneId zone,
      ZoneLife.Stage stage,
      boolean changed,
      Optional<Integer> partition,
      Optional<Long> offset,
      Epoch epoch) {
    static Come of(ZoneId zone, ZoneLife.Stage stage, Reply reply) {
      return new Come(
          zone,
          stage,
          reply.place().isPresent(),
          reply.place().map(Place::partition),
          reply.place().map(Place::offset),
          reply.epoch());
    }
  }

  private void declare(ServerRequest request, ServerResponse response) {
    Change.Declare wanted = wanted(request);
    ZoneId zone = wanted.zone();
    Optional<ZoneLife.Stage> there =
        desk.ever(zone.value()).filter(Zone::declared).map(known -> known.life().stage());
    if (there.isPresent()) {
      throw Refusal.atStage(zone, there.get());
    }
    desk.objection(wanted.template())
        .ifPresent(why -> {
          throw Request.wrong("template", "not for this fleet", why);
        });
    Reply asked = desk.request(new Change.MayDeclare(wanted));
    if (!(asked.ruling() instanceof ChangeResult.Unchanged)) {
      throw refusal(zone, asked);
    }
    // Before the fact: from then on its servers are told there. Nothing is made for what is
    // refused.
    topics.create(zone);
    Reply reply = desk.request(wanted);
    if (!(reply.ruling() instanceof ChangeResult.Recorded)) {
      throw refusal(zone, reply);
    }
    response.status(Status.CREATED_201);
    response.header(HeaderNames.LOCATION, "/v1/zones/" + zone);
    Answers.json(request, response, Come.of(zone, ZoneLife.Stage.DECLARED, reply));
  }

  private static RuntimeException refusal(ZoneId zone, Reply reply) {
    return switch (reply.ruling()) {
      case ChangeResult.AtStage(ZoneLife.Stage stage) -> Refusal.atStage(zone, stage);
      case ChangeResult.NotRunnable(String why) ->
          new Refusal(
              Status.CONFLICT_409,
              "zone '%s': %s: expected it in the monitors' configuration".formatted(zone, why));
      case ChangeResult.NoSuchSecret unknown -> RevisedCalls.unknown(unknown);
      case ChangeResult.Failed(String what) -> new Refusal(Status.INTERNAL_SERVER_ERROR_500, what);
      case ChangeResult.Recorded _ -> unexpected(reply);
      case ChangeResult.Unchanged _, ChangeResult.Outdated _ -> unexpected(reply);
      case ChangeResult.NoSuchZone _, ChangeResult.Past _ -> unexpected(reply);
      case ChangeResult.OfSecrets _ -> unexpected(reply);
    };
  }

  private static Change.Declare wanted(ServerRequest request) {
    Section body = Request.body(request);
    Optional<ZoneId> zone = body.value("zone", ZoneId::new);
    for (String key : List.of("zone", "policy", "template")) {
      if (!body.has(key)) {
        body.note(
            key,
            "missing",
            key.equals("zone") ? "the name of the new zone" : "the new zone's whole " + key);
      }
    }
    ZonePolicy policy = Policies.policy(body.section("policy"));
    ServerTemplate template = Templates.read(body.section("template"));
    Actor actor = Request.actor(request, body);
    Request.check(body);
    try {
      var _ = Environments.requireShown("template", template);
    } catch (ConfigException hidden) {
      throw Refusal.of(hidden);
    }
    return new Change.Declare(zone.orElse(NOWHERE), policy, template, actor);
  }

  private void retire(ServerRequest request, ServerResponse response) {
    ZoneId zone = desk.zoneId(request.path().pathParameters().get("zone"));
    Actor actor = Request.actor(request, Section.ofValues(Map.of()));
    Reply reply = desk.request(new Change.Retire(zone, actor));
    ZoneLife.Stage stage =
        switch (reply.ruling()) {
          case ChangeResult.Recorded ignored -> ZoneLife.Stage.RETIRING;
          case ChangeResult.AtStage(ZoneLife.Stage already) -> already;
          case ChangeResult.NoSuchZone(var zones) -> throw Refusal.noZone(zone.value(), zones);
          case ChangeResult.Failed(String what) ->
              throw new Refusal(Status.INTERNAL_SERVER_ERROR_500, what);
          case ChangeResult.Unchanged _, ChangeResult.Outdated _ -> throw unexpected(reply);
          case ChangeResult.NotRunnable _, ChangeResult.Past _ -> throw unexpected(reply);
          case ChangeResult.NoSuchSecret _, ChangeResult.OfSecrets _ -> throw unexpected(reply);
        };
    response.status(stage == ZoneLife.Stage.RETIRED ? Status.OK_200 : Status.ACCEPTED_202);
    Answers.json(request, response, Come.of(zone, stage, reply));
  }

  private static IllegalStateException unexpected(Reply reply) {
    return new IllegalStateException(
        "%s: expected a ruling on the life of a zone".formatted(reply.ruling()));
  }
}
