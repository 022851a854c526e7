package io.sluice.topology.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ServerId SERVER = ZONE.server(1);
  private static final CommandId COMMAND = new CommandId(ZONE, 0);
  private static final URI ADDRESS = URI.create("http://127.0.0.1:5001");
  private static final Instant AT = Instant.EPOCH;

  private static final FleetEvent DECLARED = new ZoneDeclared(ZONE, AT, Actor.CONFIGURATION);
  private static final FleetEvent STARTED =
      new ServerStarted(ZONE, AT, SERVER, COMMAND, ADDRESS, "1", Epoch.NONE);
  private static final FleetEvent READY = new ServerReady(ZONE, AT, SERVER);
  private static final FleetEvent DRAINING = new ServerDraining(ZONE, AT, SERVER, COMMAND);
  private static final FleetEvent STOPPED = new ServerStopped(ZONE, AT, SERVER, "as asked");
  private static final FleetEvent REPORTED = new ServerReported(ZONE, AT, SERVER, "refused");
  private static final FleetEvent EXITED =
      new ServerExited(ZONE, AT, SERVER, Optional.empty(), false, "gone");

  @Test
  void aServerThatStartsIsNobodysBusiness() {
    assertThat(changes(DECLARED, STARTED)).isEmpty();
    assertThat(changes(DECLARED, STARTED, EXITED, STOPPED)).isEmpty();
  }

  @Test
  void aServerThatTakesNoRequestsIsNobodysBusiness() {
    FleetEvent worker =
        new ServerStarted(
            ZONE, AT, SERVER, COMMAND, Addresses.worker("blue-zone1-1"), "1", Epoch.NONE);

    assertThat(changes(DECLARED, worker, READY, DRAINING, STOPPED)).isEmpty();
  }

  @Test
  void aServersLifeIsReadyThenDrainingThenATombstone() {
    assertThat(changes(DECLARED, STARTED, READY, DRAINING, STOPPED))
        .containsExactly(
            member(MemberState.READY, 2), member(MemberState.DRAINING, 3), tombstone());
  }

  @Test
  void aDeadServerIsATombstoneOnce() {
    assertThat(changes(DECLARED, STARTED, READY, REPORTED, EXITED, STOPPED))
        .containsExactly(member(MemberState.READY, 2), tombstone());
    assertThat(changes(DECLARED, STARTED, READY, DRAINING, EXITED, STOPPED))
        .containsExactly(
            member(MemberState.READY, 2), member(MemberState.DRAINING, 3), tombstone());
  }

  @Test
  void factsThatDoNotFitChangeNothing() {
    assertThat(changes(DECLARED, READY, DRAINING, STOPPED)).isEmpty();
    assertThat(changes(DECLARED, STARTED, READY, READY)).hasSize(1);
  }

  @Test
  void aZoneHasNoMembersBeforeItIsDeclared() {
    assertThat(changes(STARTED, READY)).isEmpty();
    assertThat(changes(STARTED, READY, DECLARED)).containsExactly(member(MemberState.READY, 1));
  }

  private static MembershipChange member(MemberState state, int since) {
    return new MembershipChange(
        SERVER,
        Optional.of(
            new Member(SERVER, ADDRESS, state, Member.WEIGHT_DEFAULT, AT.plusSeconds(since))));
  }

  private static MembershipChange tombstone() {
    return new MembershipChange(SERVER, Optional.empty());
  }

  private static List<MembershipChange> changes(FleetEvent... events) {
    List<MembershipChange> changes = new ArrayList<>();
    Zone zone = Zone.unknown(ZONE);
    for (int i = 0; i < events.length; i++) {
      Zone next = zone.apply(new JournalRecord(i, AT.plusSeconds(i), events[i]));
      List<MembershipChange> one = Membership.changes(zone, next);
      assertThat(Membership.changes(zone, next, events[i])).isEqualTo(one);
      changes.addAll(one);
      zone = next;
    }
    return changes;
  }
}
