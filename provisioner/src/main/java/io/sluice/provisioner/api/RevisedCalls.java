package io.sluice.provisioner.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.leadership.Reply;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls about a zone's policy or template. A revision is an entity tag. */
final class RevisedCalls<T> {
  private final Revised<T> part;
  private final LeaderClient desk;

  RevisedCalls(Revised<T> part, LeaderClient desk) {
    this.part = part;
    this.desk = desk;
  }

  List<Route> routes() {
    String path = "/v1/zones/{zone}/" + part.name();
    return List.of(
        Route.open(Method.GET, path, this::get),
        Route.leaders(Method.PUT, path, Access.OPERATORS, this::set));
  }

  private void get(ServerRequest request, ServerResponse response) {
    Zone zone = desk.zone(request.path().pathParameters().get("zone"));
    JsonNode described = Answers.shown(Caller.of(request), part.describe(zone));
    response.header(HeaderNames.ETAG, Revisions.tag(part.revision(zone)));
    String accept = request.headers().first(HeaderNames.ACCEPT).orElse("");
    if (accept.contains("yaml")) {
      response.header(HeaderNames.CACHE_CONTROL, "no-store");
      Answers.send(response, Answers.YAML, Revisions.yaml(described));
    } else {
      Answers.json(request, response, described);
    }
  }

  private void set(ServerRequest request, ServerResponse response) {
    ZoneId zone = desk.zoneId(request.path().pathParameters().get("zone"));
    Optional<Integer> ifRevision = Revisions.expected(request);
    T value = read(request);
    requireRunnable(value);
    Reply reply =
        desk.request(
            part.change(
                zone, value, ifRevision, Request.actor(request, Section.ofValues(Map.of()))));
    Revisions.Set answer =
        switch (reply.ruling()) {
          case ChangeResult.Recorded recorded ->
              new Revisions.Set(
                  zone,
                  part.set(recorded.fact()).orElseThrow(() -> unexpected(recorded)),
                  true,
                  reply.place().map(Place::partition),
                  reply.place().map(Place::offset),
                  reply.epoch());
          case ChangeResult.Unchanged(int revision) ->
              new Revisions.Set(
                  zone, revision, false, Optional.empty(), Optional.empty(), reply.epoch());
          case ChangeResult.Outdated(int revision) ->
              throw new Refusal(
                  Status.PRECONDITION_FAILED_412,
                  "zone '%s': revision %d of the %s holds, and not %d"
                      .formatted(zone, revision, part.name(), ifRevision.orElse(revision)));
          case ChangeResult.NoSuchZone(var zones) -> throw Refusal.noZone(zone.value(), zones);
          case ChangeResult.AtStage(ZoneLife.Stage stage) -> throw Refusal.atStage(zone, stage);
          case ChangeResult.NotRunnable notRunnable -> throw unexpected(notRunnable);
          case ChangeResult.Past past -> throw unexpected(past);
          case ChangeResult.NoSuchSecret unknown -> throw unknown(unknown);
          case ChangeResult.OfSecrets other -> throw unexpected(other);
          case ChangeResult.Failed(String what) ->
              throw new Refusal(Status.INTERNAL_SERVER_ERROR_500, what);
        };
    response.header(HeaderNames.ETAG, Revisions.tag(answer.revision()));
    Answers.json(request, response, answer);
  }

  private void requireRunnable(T value) {
    part.objection(value, desk)
        .ifPresent(why -> {
          throw Request.wrong(part.name(), "not for this fleet", why);
        });
  }

  /** A template names secrets that there are not. */
  static Refusal unknown(ChangeResult.NoSuchSecret unknown) {
    return Request.wrong(
        "container.secrets",
        String.join(", ", unknown.missing()),
        "secrets that there are"
            + (unknown.names().isEmpty() ? ", which are none" : ": one of " + unknown.names())
            + "; sluice secret set NAME keeps one");
  }

  private IllegalStateException unexpected(ChangeResult ruling) {
    return new IllegalStateException(
        "%s: expected a ruling on a %s".formatted(ruling, part.name()));
  }

  private T read(ServerRequest request) {
    try {
      return part.parse(Request.text(request));
    } catch (ConfigException wrong) {
      throw Refusal.of(wrong);
    }
  }
}
