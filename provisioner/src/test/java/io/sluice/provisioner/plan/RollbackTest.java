package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.canary.CanaryEvidence;
import io.sluice.schemas.canary.Served;
import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RollbackTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Actor EVA = new Actor("eva");
  private static final ServerTemplate OLD = ServerTemplate.DEFAULT;
  private static final ServerTemplate NEW = OLD.withEnvironment(Map.of("RELEASE", "2"));

  private final Provisioner mind = new Provisioner();

  @Test
  void aTemplateBecomesTheNextRevisionOfWhoeverSetIt() {
    settled();

    Outcome outcome = mind.hear(set(NEW, Optional.of(1)));

    assertThat(outcome.facts())
        .containsExactly(new TemplateChanged(ZONE, mind.now, 2, NEW, EVA, Optional.empty()));
    mind.readBack();
    assertThat(mind.hear(set(NEW, Optional.empty())).rulings())
        .containsExactly(new ChangeResult.Unchanged(2));
    assertThat(mind.hear(set(OLD, Optional.of(1))).rulings())
        .containsExactly(new ChangeResult.Outdated(2));
  }

  @Test
  void oneFailureIsNotEnoughToGoBackAndASecondOneIs() {
    settled();
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 2, NEW, EVA, Optional.empty()));

    mind.somebodyWrites(failed(2));
    mind.later(Duration.ofSeconds(1));
    assertThat(changes()).isEmpty();
    mind.somebodyWrites(failed(3));
    mind.later(Duration.ofSeconds(1));
    mind.later(Duration.ofSeconds(1));

    assertThat(changes())
        .containsExactly(
            new TemplateChanged(
                ZONE,
                mind.now.minusSeconds(1),
                3,
                OLD,
                Actor.SLUICE,
                Optional.of(
                    "2 servers of revision 2 failed in a row, the last one: no such image")));
    mind.readBack();
    assertThat(mind.fleet().zone(ZONE).rollout()).isEmpty();
  }

  @Test
  void whatFailsAfterOneWasJudgedIsCountedAnew() {
    settled();
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 2, NEW, EVA, Optional.empty()));
    mind.somebodyWrites(failed(2));
    mind.somebodyWrites(started(3, 2));
    mind.somebodyWrites(new ServerReady(ZONE, mind.now, ZONE.server(3)));
    mind.somebodyWrites(
        new CanaryJudged(
            ZONE,
            mind.now,
            2,
            Verdict.UNPROVEN,
            new CanaryEvidence(Served.NOTHING, Served.NOTHING, Duration.ofSeconds(5))));
    mind.somebodyWrites(failed(4));
    mind.later(Duration.ofSeconds(1));

    assertThat(changes()).isEmpty();
  }

  @Test
  void thatOneIsReadyProvesNothingWhileItIsWatched() {
    settled();
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 2, NEW, EVA, Optional.empty()));
    mind.somebodyWrites(failed(2));
    mind.somebodyWrites(started(3, 2));
    mind.somebodyWrites(new ServerReady(ZONE, mind.now, ZONE.server(3)));
    mind.somebodyWrites(failed(4));
    mind.later(Duration.ofSeconds(1));

    assertThat(changes()).hasSize(1);
  }

  @Test
  void aServerIsRecordedWithTheTemplateThatItIsReallyMadeFrom() {
    settled();
    mind.hear(set(NEW, Optional.empty()));
    mind.readBack();
    mind.hear(Inputs.read(0, 0, "zone1@3", List.of("zone1-2"), List.of()));
    assertThat(mind.effects)
        .last()
        .isInstanceOfSatisfying(
            Effect.Start.class, start -> assertThat(start.spec().templateRevision()).isEqualTo(2));

    // An earlier leader had begun to start it.
    mind.hear(
        new Input.ServerUp(
            ZONE.server(2), new Started(URI.create("http://host:1"), "handle", Optional.of(1))));

    assertThat(mind.facts)
        .last()
        .isInstanceOfSatisfying(
            ServerStarted.class, started -> assertThat(started.templateRevision()).contains(1));
  }

  @Test
  void aServerIsAwaitedAsItsOwnTemplateSays() {
    settled();
    ServerTemplate moved =
        new ServerTemplate(
            OLD.image(),
            OLD.environment(),
            Optional.empty(),
            Optional.empty(),
            OLD.startTimeout(),
            OLD.drainTimeout(),
            "/moved",
            OLD.container());
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 2, moved, EVA, Optional.empty()));
    mind.effects.clear();

    mind.somebodyWrites(started(2, 1));
    mind.somebodyWrites(started(3, 2));

    assertThat(mind.effects)
        .filteredOn(Effect.AwaitReady.class::isInstance)
        .extracting(effect -> ((Health.Http) ((Effect.AwaitReady) effect).health()).path())
        .containsExactly("/health_check", "/moved");
  }

  /** One server of the first template. */
  @Test
  void aTemplateTooLongToBeToldOnceMoreIsTheTroubleOfItsZoneAlone() {
    int rest = Topics.JOURNAL.value().encode(told(OLD.withEnvironment(Map.of("TEXT", "")))).length;
    ServerTemplate almost =
        OLD.withEnvironment(Map.of("TEXT", "x".repeat(Step.FACT_MAX - rest - 10)));
    mind.somebodyWrites(new ZoneDeclared(ZONE, Samples.NOW, EVA));
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 1, almost, EVA, Optional.empty()));
    mind.somebodyWrites(started(1, 1));
    mind.somebodyWrites(new ServerReady(ZONE, mind.now, ZONE.server(1)));
    mind.somebodyWrites(new TemplateChanged(ZONE, mind.now, 2, NEW, EVA, Optional.empty()));
    mind.somebodyWrites(failed(2, "y".repeat(3_000)));
    mind.somebodyWrites(failed(3, "y".repeat(3_000)));
    mind.facts.clear();

    mind.later(Duration.ofSeconds(1));

    assertThat(changes()).isEmpty();
    assertThat(mind.told()).anyMatch(told -> told.startsWith("condition-raised"));
    assertThat(mind.facts).allMatch(fact -> Topics.JOURNAL.value().encode(fact).length < 10_000);
  }

  private FleetEvent told(ServerTemplate template) {
    return new TemplateChanged(ZONE, mind.now, 1, template, EVA, Optional.empty());
  }

  private void settled() {
    mind.somebodyWrites(new ZoneDeclared(ZONE, Samples.NOW, EVA));
    mind.somebodyWrites(new TemplateChanged(ZONE, Samples.NOW, 1, OLD, EVA, Optional.empty()));
    mind.somebodyWrites(started(1, 1));
    mind.somebodyWrites(new ServerReady(ZONE, mind.now, ZONE.server(1)));
    mind.facts.clear();
  }

  private static Input set(ServerTemplate template, Optional<Integer> ifRevision) {
    return new Input.Requested(new Change.SetTemplate(ZONE, template, ifRevision, EVA));
  }

  private FleetEvent started(long number, int revision) {
    ServerId server = ZONE.server(number);
    return new ServerStarted(
        ZONE,
        mind.now,
        server,
        new CommandId(ZONE, 0),
        URI.create("http://127.0.0.1:" + (5000 + number)),
        "handle",
        new Epoch(7),
        Optional.of(revision));
  }

  private FleetEvent failed(long number) {
    return failed(number, "no such image");
  }

  private FleetEvent failed(long number, String why) {
    return new CommandFailed(ZONE, mind.now, new CommandId(ZONE, number), ZONE.server(number), why);
  }

  private List<FleetEvent> changes() {
    return mind.facts.stream().filter(TemplateChanged.class::isInstance).toList();
  }
}
