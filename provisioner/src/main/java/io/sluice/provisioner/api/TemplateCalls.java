package io.sluice.provisioner.api;

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
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls about templates. A revision is its template's entity tag. */
final class TemplateCalls {
  private final LeaderDesk desk;
  private final Token token;

  TemplateCalls(LeaderDesk desk, Token token) {
    this.desk = desk;
    this.token = token;
  }

  List<Route> routes() {
    return List.of(
        Route.here(Method.GET, "/v1/zones/{zone}/template", this::template),
        Route.leaders(Method.PUT, "/v1/zones/{zone}/template", this::setTemplate));
  }

  private void template(ServerRequest request, ServerResponse response) {
    Zone zone = desk.zone(request.path().pathParameters().get("zone"));
    Map<String, Object> template = Templates.describe(zone.template());
    response.header(HeaderNames.ETAG, Revisions.tag(zone.templateRevision()));
    String accept = request.headers().first(HeaderNames.ACCEPT).orElse("");
    if (accept.contains("yaml")) {
      response.header(HeaderNames.CACHE_CONTROL, "no-store");
      Answers.send(response, Answers.YAML, Revisions.yaml(template));
    } else {
      Answers.json(response, template);
    }
  }

  private void setTemplate(ServerRequest request, ServerResponse response) {
    token.require(request);
    ZoneId zone = desk.zoneId(request.path().pathParameters().get("zone"));
    Optional<Integer> ifRevision = Revisions.expected(request);
    ServerTemplate template = read(request);
    Change change =
        new Change.SetTemplate(
            zone, template, ifRevision, Request.actor(request, Section.ofValues(Map.of())));
    Reply reply = desk.request(change);
    Revisions.Set answer =
        switch (reply.ruling()) {
          case Ruling.Recorded(TemplateChanged changed, var _, var _) ->
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
                  "zone '%s': revision %d of the template holds, and not %d"
                      .formatted(zone, revision, ifRevision.orElse(revision)));
          case Ruling.NoSuchZone(var zones) -> throw Refusal.noZone(zone.value(), zones);
          case Ruling.Recorded recorded -> throw unexpected(recorded);
          case Ruling.Past past -> throw unexpected(past);
        };
    response.header(HeaderNames.ETAG, Revisions.tag(answer.revision()));
    Answers.json(response, answer);
  }

  private static IllegalStateException unexpected(Ruling ruling) {
    return new IllegalStateException("%s: expected a ruling on a template".formatted(ruling));
  }

  private static ServerTemplate read(ServerRequest request) {
    try {
      Section section = Section.root(Documents.parse("template", Request.text(request)));
      ServerTemplate template = Templates.read(section);
      section.orThrow("template");
      return template;
    } catch (ConfigException wrong) {
      throw Refusal.of(wrong);
    }
  }
}
