package io.sluice.provisioner.plan;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.time.Ticks;
import io.sluice.schemas.topic.CloudEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A leader's mind under test, with a journal of one partition that takes all that it tells. */
final class Provisioner {
  static final TermSettings TERMS =
      TermSettings.of(
          new Epoch(7),
          Set.of(new ZoneId("zone1"), new ZoneId("zone2")),
          Map.of("SLUICE_BOOTSTRAP", "kafka:9092"));

  private final ProvisionerState provisioning;
  private final List<JournalRecord> journal = new ArrayList<>();
  final List<FleetEvent> facts = new ArrayList<>();
  final List<Effect> effects = new ArrayList<>();
  private final Map<Integer, Long> committed = new HashMap<>();
  Instant now = Samples.NOW;
  private Ticks ticks = new Ticks(0);
  private int read;

  Provisioner(TermSettings terms, JournalState known) {
    this(terms, known, Secrets.NONE);
  }

  Provisioner(TermSettings terms, JournalState known, Secrets secrets) {
    Map<Integer, Long> begin = Map.of(0, 0L);
    provisioning =
        new ProvisionerState(terms, new OptimisticView(known), secrets, new CommandOffsets(begin));
    committed.putAll(begin);
  }

  Provisioner(JournalState known) {
    this(TERMS, known);
  }

  Provisioner() {
    this(JournalState.EMPTY);
  }

  /** Begins the term with what follows from its start. */
  Outcome begin(TermStart start) {
    return provisioning.begin(start, Recovered.NOTHING, new Moment(ticks, now));
  }

  /** Hears, records; what it recorded is not read back yet. */
  Outcome hear(Input... inputs) {
    Outcome outcome = provisioning.step(List.of(inputs), new Moment(ticks, now));
    List<Place> places = new ArrayList<>();
    for (FleetEvent fact : outcome.facts()) {
      places.add(new Place(0, journal.size()));
      journal.add(new JournalRecord(journal.size(), now, fact));
    }
    provisioning.recorded(places);
    facts.addAll(outcome.facts());
    effects.addAll(outcome.effects());
    committed.putAll(outcome.commands());
    return outcome;
  }

  /** Reads back everything that was recorded. */
  void readBack() {
    while (read < journal.size()) {
      JournalRecord entry = journal.get(read);
      read++;
      hear(new Input.FactRead(0, entry));
    }
  }

  /** Lets somebody else write a fact, and reads it. */
  void somebodyWrites(FleetEvent fact) {
    journal.add(new JournalRecord(journal.size(), now, fact));
    readBack();
  }

  void later(Duration time) {
    now = now.plus(time);
    ticks = ticks.plus(time);
    hear(new Input.Tick());
  }

  /** Sets the wall clock; no time passes. */
  void set(Instant time) {
    now = time;
  }

  /** From where the next leader reads the commands of partition 0. */
  long committed() {
    return Objects.requireNonNull(committed.get(0));
  }

  JournalState journal() {
    return provisioning.journal();
  }

  Fleet fleet() {
    return provisioning.fleet();
  }

  Fleet view() {
    return provisioning.view();
  }

  /** The facts recorded, as {@code type server}. */
  List<String> told() {
    return facts.stream().map(Provisioner::describe).toList();
  }

  static String describe(FleetEvent fact) {
    String server =
        switch (fact) {
          case FleetEvent.ServerStarted started -> " " + started.server();
          case FleetEvent.ServerReady ready -> " " + ready.server();
          case FleetEvent.ServerReported reported -> " " + reported.server();
          case FleetEvent.ServerExited exited -> " " + exited.server();
          case FleetEvent.ServerDraining draining -> " " + draining.server();
          case FleetEvent.ServerStopped stopped -> " " + stopped.server();
          case FleetEvent.CommandFailed failed -> " " + failed.server();
          case FleetEvent.ConditionRaised raised -> " " + raised.condition().kind();
          case FleetEvent.ConditionCleared cleared -> " " + cleared.kind();
          default -> " " + fact.zone();
        };
    return CloudEvent.type(fact) + server;
  }

  /** The effects begun, in words. */
  List<String> did() {
    return effects.stream()
        .map(effect ->
            switch (effect) {
              case Effect.Start(var spec, var _) -> "start " + spec.server();
              case Effect.AwaitReady(var server, var _, var _, var _) -> "await " + server;
              case Effect.StopAwaiting(var server) -> "forget " + server;
              case Effect.Stop(var server, var _) -> "stop " + server;
              case Effect.AskHowEnded(var server) -> "ask " + server;
              case Effect.ListServers() -> "list";
            })
        .toList();
  }
}
