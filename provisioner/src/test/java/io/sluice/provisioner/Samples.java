package io.sluice.provisioner;

import io.sluice.provisioner.plan.JournalState;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Commands, facts and fleets for tests. */
public final class Samples {
  public static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
  public static final ServerTemplate TEMPLATE = template(Duration.ofSeconds(60), DRAIN_TIMEOUT);

  private Samples() {}

  public static ServerTemplate template(Duration start, Duration drain) {
    return new ServerTemplate(
        "image", Collections.emptySortedMap(), Optional.empty(), Optional.empty(), start, drain);
  }

  public static ServerId server(String id) {
    return ServerId.of(id);
  }

  public static URI address(ServerId server) {
    return URI.create("http://127.0.0.1:" + (5000 + server.number()));
  }

  public static ScaleCommand command(String id, List<String> start, List<String> stop) {
    return command(id, start, stop, false);
  }

  public static ScaleCommand dryRun(String id, List<String> start) {
    return command(id, start, List.of(), true);
  }

  private static ScaleCommand command(
      String id, List<String> start, List<String> stop, boolean dryRun) {
    CommandId command = CommandId.of(id);
    return new ScaleCommand(
        command,
        command.zone(),
        NOW,
        "load-observed",
        1,
        1,
        1 + start.size() - stop.size(),
        start.stream().map(ServerId::of).toList(),
        stop.stream().map(ServerId::of).toList(),
        new Reason(ReasonCode.POLICY, "because"),
        Evidence.NONE,
        dryRun,
        1);
  }

  /** A server in a state. */
  public record Life(ServerId server, ServerState state) {}

  public static Life life(String id, ServerState state) {
    return new Life(ServerId.of(id), state);
  }

  /** The facts that bring a server into its state. */
  private static List<FleetEvent> facts(Life life) {
    ServerId server = life.server();
    ZoneId zone = server.zone();
    CommandId command = new CommandId(zone, 0);
    FleetEvent started =
        new ServerStarted(
            zone, NOW, server, command, address(server), "handle-" + server, new Epoch(1));
    FleetEvent ready = new ServerReady(zone, NOW, server);
    return switch (life.state()) {
      case STARTING -> List.of(started);
      case READY -> List.of(started, ready);
      case DRAINING -> List.of(started, ready, new ServerDraining(zone, NOW, server, command));
      case DEAD ->
          List.of(
              started,
              ready,
              new ServerExited(zone, NOW, server, Optional.of(137), false, "killed"));
    };
  }

  /** The fleet after these facts, the template of each zone they name set before. */
  public static Fleet fleet(Life... lives) {
    return journal(lives).fleet();
  }

  /** What the journal says after these facts, each zone they name declared before. */
  public static JournalState journal(Life... lives) {
    JournalState state = JournalState.EMPTY;
    List<FleetEvent> facts = Stream.of(lives).flatMap(life -> facts(life).stream()).toList();
    for (ZoneId zone : facts.stream().map(FleetEvent::zone).distinct().toList()) {
      FleetEvent declared = new ZoneDeclared(zone, NOW, Actor.CONFIGURATION);
      state = state.apply(new JournalRecord(0, NOW, declared));
      FleetEvent template =
          new TemplateChanged(zone, NOW, 1, TEMPLATE, Actor.CONFIGURATION, Optional.empty());
      state = state.apply(new JournalRecord(0, NOW, template));
    }
    for (FleetEvent fact : facts) {
      state = state.apply(new JournalRecord(0, NOW, fact));
    }
    return state;
  }
}
