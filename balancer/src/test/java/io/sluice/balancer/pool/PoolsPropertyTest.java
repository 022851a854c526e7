package io.sluice.balancer.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Rules that hold whatever happens, in whatever order. */
final class PoolsPropertyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final ZoneId ZONE = new ZoneId("zone1");

  record Event(PoolInput input, int secondsBefore) {}

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<ServerId> servers = Arbitraries.longs().between(1, 4).map(ZONE::server);
    Arbitrary<Member> members =
        Combinators.combine(
                servers, Arbitraries.of(MemberState.values()), Arbitraries.integers().between(0, 3))
            .as(PoolsPropertyTest::member);
    Arbitrary<Optional<String>> errors =
        Arbitraries.of(List.of(Optional.<String>empty(), Optional.of("refused")));
    Arbitrary<Long> tickets = Arbitraries.longs().between(1, 30);
    Arbitrary<PoolInput> inputs =
        Arbitraries.oneOf(
            members.map(PoolInput.Changed::new),
            members.list().uniqueElements(Member::server).ofMaxSize(4).map(PoolInput.Replaced::new),
            servers.map(PoolInput.Gone::new),
            Combinators.combine(servers, tickets, errors).as(PoolInput.Checked::new),
            servers.map(server -> new PoolInput.Unreachable(server, "reset")),
            servers.map(server -> new PoolInput.Failing(server, "500")),
            Combinators.combine(servers, tickets).as(PoolInput.Drained::new),
            Arbitraries.just(new PoolInput.Tick()));
    return Combinators.combine(inputs, Arbitraries.integers().between(0, 40))
        .as(Event::new)
        .list()
        .ofMaxSize(60);
  }

  private static Member member(ServerId server, MemberState state, int since) {
    URI address = URI.create("http://127.0.0.1:" + (5000 + server.number()));
    return new Member(server, address, state, 100, START.plusSeconds(since));
  }

  @Property
  void nobodyDrainingOrDeadIsEverRoutedTo(@ForAll("histories") List<Event> history) {
    Pools pools = new Pools(PoolTimings.DEFAULT, PoolThresholds.DEFAULT);
    PoolState state = PoolState.EMPTY;
    Routing published = Routing.EMPTY;
    Instant now = START;
    for (Event event : history) {
      now = now.plusSeconds(event.secondsBefore());
      Pools.Step step = pools.step(state, event.input(), now);
      state = step.state();
      for (PoolOutput output : step.outputs()) {
        if (output instanceof PoolOutput.Publish(Routing routing)) {
          published = routing;
        }
      }
      Set<ServerId> routable = new HashSet<>();
      published.alive().forEach(target -> routable.add(target.server()));
      published.ejected().forEach(target -> routable.add(target.server()));
      published.disconnected().forEach(target -> routable.add(target.server()));
      for (PooledServer server : state.servers().values()) {
        boolean open =
            switch (server.phase()) {
              case Phase.Alive _, Phase.Disconnected _, Phase.Ejected _ -> true;
              case Phase.Dead _, Phase.Draining _ -> false;
            };
        assertThat(routable.contains(server.target().server())).isEqualTo(open);
      }
      assertThat(state.servers().keySet()).containsAll(routable);
    }
  }

  @Property
  void aDrainIsRecordedOncePerDrainAndOnlyWhileDraining(@ForAll("histories") List<Event> history) {
    Pools pools = new Pools(PoolTimings.DEFAULT, PoolThresholds.DEFAULT);
    PoolState state = PoolState.EMPTY;
    Instant now = START;
    long watches = 0;
    long records = 0;
    for (Event event : history) {
      now = now.plusSeconds(event.secondsBefore());
      Pools.Step step = pools.step(state, event.input(), now);
      state = step.state();
      for (PoolOutput output : step.outputs()) {
        if (output instanceof PoolOutput.WatchDrain) {
          watches++;
        } else if (output instanceof PoolOutput.RecordDrained(ServerId server)) {
          records++;
          assertThat(state.servers().values())
              .anyMatch(drained ->
                  drained.target().server().equals(server)
                      && drained.phase() instanceof Phase.Draining);
        }
      }
      assertThat(records).isLessThanOrEqualTo(watches);
    }
  }

  @Property
  void someoneWhoWaitsAlwaysHasAWakeTime(@ForAll("histories") List<Event> history) {
    Pools pools = new Pools(PoolTimings.DEFAULT, PoolThresholds.DEFAULT);
    PoolState state = PoolState.EMPTY;
    Instant now = START;
    for (Event event : history) {
      now = now.plusSeconds(event.secondsBefore());
      state = pools.step(state, event.input(), now).state();
      Instant last = now;
      state.nextWake().ifPresent(wake -> assertThat(wake).isAfter(last));
      assertThat(state.nextReport().isPresent()).isEqualTo(!state.dead().isEmpty());
    }
  }
}
