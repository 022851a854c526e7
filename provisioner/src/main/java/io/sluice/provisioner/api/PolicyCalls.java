package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.office.Reply;
import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.Ruling;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls about policies. A revision is its policy's entity tag. */
final class PolicyCalls {
  private static final String SCHEMA = "application/schema+json";

  private final LeaderDesk desk;
  private final Token token;

  PolicyCalls(LeaderDesk desk, Token token) {
    this.desk = desk;
    this.token = token;
  }

  List<Route> routes() {
    return List.of(
        Route.here(Method.GET, "/v1/zones/{zone}/policy", this::policy),
        Route.leaders(Method.PUT, "/v1/zones/{zone}/policy", this::setPolicy),
        Route.here(Method.GET, "/schemas/policy", this::schema));
  }

  private void policy(ServerRequest request, ServerResponse response) {
    Zone zone = desk.zone(request.path().pathParameters().get("zone"));
    Map<String, Object> policy = Policies.describe(zone.policy());
    response.header(HeaderNames.ETAG, Revisions.tag(zone.policyRevision()));
    String accept = request.headers().first(HeaderNames.ACCEPT).orElse("");
    if (accept.contains("yaml")) {
      response.header(HeaderNames.CACHE_CONTROL, "no-store");
      Answers.send(response, Answers.YAML, Revisions.yaml(policy));
    } else {
      Answers.json(response, policy);
    }
  }

  private void setPolicy(ServerRequest request, ServerResponse response) {
    token.require(request);
    ZoneId zone = desk.zoneId(request.path().pathParameters().get("zone"));
    Optional<Integer> ifRevision = Revisions.expected(request);
    ZonePolicy policy = read(request);
    Change change =
        new Change.SetPolicy(
            zone, policy, ifRevision, Request.actor(request, Section.ofValues(Map.of())));
    Reply reply = desk.request(change);
    Revisions.Set answer =
        switch (reply.ruling()) {
          case Ruling.Recorded(PolicyChanged changed, var _, var _) ->
              new Revisions.Set(
                  zone,
                  changed.revision(),
                  true,
                  reply.place().map(Place::partition),
                  reply.place().map(Place::offset),
                  reply.epoch());
          case Ruling.Unchanged(int revision) ->
              new Revisions.Set(
                  zone, revision, false, Optional.empty(), Optional.empty(), reply.epoch());
          case Ruling.Outdated(int revision) ->
              throw new Refusal(
                  Status.PRECONDITION_FAILED_412,
                  "zone '%s': revision %d of the policy holds, and not %d"
                      .formatted(zone, revision, ifRevision.orElse(revision)));
          case Ruling.NoSuchZone(var zones) -> throw Refusal.noZone(zone.value(), zones);
          case Ruling.Recorded recorded -> throw unexpected(recorded);
          case Ruling.Past past -> throw unexpected(past);
        };
    response.header(HeaderNames.ETAG, Revisions.tag(answer.revision()));
    Answers.json(response, answer);
  }

  private static IllegalStateException unexpected(Ruling ruling) {
    return new IllegalStateException("%s: expected a ruling on a policy".formatted(ruling));
  }

  private static ZonePolicy read(ServerRequest request) {
    try {
      return Policies.parse("policy", Request.text(request));
    } catch (ConfigException wrong) {
      throw Refusal.of(wrong);
    }
  }

  private void schema(ServerRequest request, ServerResponse response) {
    Answers.send(response, SCHEMA, Policies.jsonSchema().getBytes(UTF_8));
  }
}
