package io.sluice.schemas.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.Samples;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final ZoneId ZONE = Samples.ZONE;
  private static final Instant AT = Samples.AT;

  @Test
  void aServerLivesFromStartToStop() {
    ServerId id = ZONE.server(1);
    Fleet fleet = fold(List.of(started(id)));
    assertThat(state(fleet, id)).contains(ServerState.STARTING);

    fleet = fleet.apply(at(1, new FleetEvent.ServerReady(ZONE, AT, id)));
    assertThat(state(fleet, id)).contains(ServerState.READY);

    fleet = fleet.apply(at(2, new FleetEvent.ServerDraining(ZONE, AT, id, Samples.COMMAND)));
    assertThat(state(fleet, id)).contains(ServerState.DRAINING);

    fleet = fleet.apply(at(3, new FleetEvent.ServerDrained(ZONE, AT, id)));
    assertThat(fleet.server(id).map(Server::drained)).contains(true);

    fleet = fleet.apply(at(4, new FleetEvent.ServerStopped(ZONE, AT, id, "drained")));
    assertThat(fleet.server(id)).isEmpty();
  }

  @Test
  void aZoneComesAndGoesAndMayComeAgain() {
    Fleet fleet = fold(List.of(new FleetEvent.ZoneDeclared(ZONE, AT, Samples.ACTOR)));
    assertThat(fleet.zone(ZONE).life().requested()).isTrue();
    assertThat(fleet.zone(ZONE).objection(new FleetEvent.ZoneRetired(ZONE, AT)))
        .contains("the zone is DECLARED, and not retiring");

    fleet = fleet.apply(at(1, new FleetEvent.ZoneRetiring(ZONE, AT, Samples.ACTOR)));
    assertThat(fleet.zone(ZONE).declared()).isTrue();
    fleet = fleet.apply(at(2, new FleetEvent.ZoneDeclared(ZONE, AT, Samples.ACTOR)));
    assertThat(fleet.zone(ZONE).life().retiring()).isTrue();

    fleet = fleet.apply(at(3, new FleetEvent.ZoneRetired(ZONE, AT)));
    assertThat(fleet.zone(ZONE).declared()).isFalse();
    fleet = fleet.apply(at(4, new FleetEvent.ZoneDeclared(ZONE, AT, Actor.CONFIGURATION)));
    assertThat(fleet.zone(ZONE).declared()).isTrue();
    assertThat(fleet.zone(ZONE).life().requested()).isFalse();
  }

  @Test
  void aZoneThatAnEarlierReleaseWroteIsOneOfAFile() throws Exception {
    Fleet fleet = fold(List.of(new FleetEvent.ZoneDeclared(ZONE, AT, Actor.CONFIGURATION)));
    ObjectNode written = Json.mapper().valueToTree(fleet.zone(ZONE));
    assertThat(written.path("declared").asBoolean()).isTrue();

    written.remove("life");

    assertThat(Json.mapper().treeToValue(written, Zone.class)).isEqualTo(fleet.zone(ZONE));
  }

  @Test
  void aDeadServerStaysUntilItIsRemovedAndSaysWhy() {
    ServerId id = ZONE.server(1);
    Fleet fleet =
        fold(
            List.of(
                started(id),
                new FleetEvent.ServerReady(ZONE, AT, id),
                new FleetEvent.ServerExited(
                    ZONE, AT, id, Optional.of(137), false, "killed by signal 9")));

    assertThat(fleet.server(id).flatMap(Server::trouble)).contains("killed by signal 9");
    assertThat(fleet.server(id).orElseThrow().live()).isFalse();
  }

  @Test
  void aFactThatDoesNotFitChangesNothingAndIsObjectedTo() {
    ServerId id = ZONE.server(1);
    Fleet fleet = fold(List.of(started(id), new FleetEvent.ServerReady(ZONE, AT, id)));

    for (FleetEvent misfit :
        List.of(
            started(id),
            new FleetEvent.ServerReady(ZONE, AT, id),
            new FleetEvent.ServerReady(ZONE, AT, ZONE.server(9)),
            new FleetEvent.ServerDrained(ZONE, AT, id),
            new FleetEvent.ServerStarted(
                ZONE,
                AT,
                new ZoneId("zone2").server(1),
                Samples.COMMAND,
                URI.create("http://127.0.0.1:1"),
                "1",
                Epoch.NONE),
            new FleetEvent.PolicyChanged(ZONE, AT, 0, ZonePolicy.DEFAULT, Samples.ACTOR),
            new FleetEvent.BalancerLost(ZONE, AT, "gone"))) {
      assertThat(fleet.zone(ZONE).objection(misfit)).as(misfit.toString()).isPresent();
      assertThat(fleet.apply(at(7, misfit))).isEqualTo(fleet);
    }
  }

  /** Where facts are gone, what is ordered then has to hold. */
  @Test
  void aRevisionHoldsWhereThoseBeforeItAreMissing() {
    FleetEvent ordered =
        new FleetEvent.PolicyChanged(ZONE, AT, 7, ZonePolicy.DEFAULT, Samples.ACTOR);
    Fleet fleet = fold(List.of(ordered));

    assertThat(Fleet.EMPTY.zone(ZONE).objection(ordered))
        .contains("policy revision 7 does not follow 0");
    assertThat(fleet.zone(ZONE).policyRevision()).isEqualTo(7);
    assertThat(fleet.apply(at(1, ordered))).isEqualTo(fleet);
  }

  @Test
  void theLeaderIsTheOneWithTheHighestEpochInAnyZone() {
    ZoneId other = new ZoneId("zone2");
    Fleet fleet = fold(List.of(elected(ZONE, 3, 1), elected(other, 3, 1), elected(other, 2, 2)));

    assertThat(fleet.leader().map(Leader::id)).contains(new MonitorId(2));
    assertThat(fleet.epoch()).isEqualTo(new Epoch(2));
    assertThat(fleet.zone(ZONE).objection(elected(ZONE, 1, 1))).isPresent();
  }

  @Test
  void aFactOfAnotherZoneIsRefused() {
    assertThatThrownBy(
            () -> Zone.unknown(new ZoneId("zone2")).apply(at(0, started(ZONE.server(1)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a fact of zone 'zone2'");
  }

  @Test
  void everyKindOfFactIsTakenIn() throws JsonProcessingException {
    Fleet fleet = fold(Samples.facts());

    assertThat(fleet.zones()).containsOnlyKeys(ZONE);
    assertThat(readBack(fleet)).isEqualTo(fleet);
  }

  @Property(tries = 200)
  void theFoldIsDeterministicAndSurvivesAnyRestart(
      @ForAll("histories") List<FleetEvent> history, @ForAll int cut)
      throws JsonProcessingException {
    int half = Math.floorMod(cut, history.size() + 1);
    Fleet first = fold(history.subList(0, half));
    Fleet restarted = readBack(first);
    for (int i = half; i < history.size(); i++) {
      restarted = restarted.apply(at(i, history.get(i)));
    }

    assertThat(restarted).isEqualTo(fold(history));
  }

  @Property(tries = 200)
  void noHistoryBreaksTheInvariants(@ForAll("histories") List<FleetEvent> history) {
    Fleet fleet = Fleet.EMPTY;
    for (int i = 0; i < history.size(); i++) {
      Fleet before = fleet;
      fleet = fleet.apply(at(i, history.get(i)));

      boolean revises =
          history.get(i) instanceof FleetEvent.PolicyChanged
              || history.get(i) instanceof FleetEvent.TemplateChanged;
      boolean objected =
          revises
              ? !before.zone(ZONE).takes(history.get(i))
              : before.zone(ZONE).objection(history.get(i)).isPresent();
      assertThat(objected && !fleet.zone(ZONE).equals(before.zone(ZONE))).isFalse();
      fleet.zone(ZONE).servers().forEach(FleetTest::holds);
    }
  }

  private static void holds(ServerId id, Server server) {
    assertThat(server.id()).isEqualTo(id);
    assertThat(server.id().zone()).isEqualTo(ZONE);
    assertThat(server.trouble().isPresent()).isEqualTo(server.state() == ServerState.DEAD);
    assertThat(server.since()).isAfterOrEqualTo(server.startedAt());
  }

  @Provide
  Arbitrary<List<FleetEvent>> histories() {
    Arbitrary<ServerId> servers = Arbitraries.longs().between(1, 4).map(ZONE::server);
    return Combinators.combine(servers, Arbitraries.integers().between(0, 6))
        .as(FleetTest::fact)
        .list()
        .ofMaxSize(40);
  }

  private static FleetEvent fact(ServerId id, int kind) {
    return switch (kind) {
      case 0 -> started(id);
      case 1 -> new FleetEvent.ServerReady(ZONE, AT, id);
      case 2 -> new FleetEvent.ServerDraining(ZONE, AT, id, Samples.COMMAND);
      case 3 -> new FleetEvent.ServerDrained(ZONE, AT, id);
      case 4 -> new FleetEvent.ServerReported(ZONE, AT, id, "refused");
      case 5 -> new FleetEvent.ServerExited(ZONE, AT, id, Optional.empty(), true, "too big");
      default -> new FleetEvent.ServerStopped(ZONE, AT, id, "asked");
    };
  }

  private static FleetEvent started(ServerId id) {
    return new FleetEvent.ServerStarted(
        ZONE,
        AT,
        id,
        new CommandId(ZONE, 1),
        URI.create("http://127.0.0.1:5001"),
        "4711",
        Epoch.NONE.next());
  }

  private static FleetEvent elected(ZoneId zone, int monitor, long epoch) {
    return new FleetEvent.LeaderElected(
        zone, AT, new MonitorId(monitor), new Epoch(epoch), URI.create("http://127.0.0.1:8080"));
  }

  private static Fleet fold(List<FleetEvent> history) {
    Fleet fleet = Fleet.EMPTY;
    for (int i = 0; i < history.size(); i++) {
      fleet = fleet.apply(at(i, history.get(i)));
    }
    return fleet;
  }

  private static Fleet readBack(Fleet fleet) throws JsonProcessingException {
    return Json.mapper().readValue(Json.mapper().writeValueAsString(fleet), Fleet.class);
  }

  private static JournalRecord at(long offset, FleetEvent event) {
    return new JournalRecord(offset, AT.plusMillis(offset), event);
  }

  private static Optional<ServerState> state(Fleet fleet, ServerId id) {
    return fleet.server(id).map(Server::state);
  }
}
