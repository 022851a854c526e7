package io.sluice.schemas.codec;

import io.sluice.schemas.Samples;
import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ServerPort;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What records of earlier versions say, with the defaults for what they lack. */
final class Earlier {
  private Earlier() {}

  static FleetEvent load() {
    return new LoadObserved(
        Samples.ZONE,
        Samples.AT,
        Duration.ofSeconds(10),
        Mean.all(Map.of(Metric.CPU, 72.5, Metric.MEMORY, 40.0), 2),
        2,
        List.of(Samples.ZONE.server(3)),
        List.of(),
        List.of(),
        Optional.empty());
  }

  static FleetEvent loadWithoutReporters() {
    return new LoadObserved(
        Samples.ZONE,
        Samples.AT,
        Duration.ofSeconds(10),
        Mean.all(Map.of(Metric.CPU, 72.5, Metric.MEMORY, 40.0), 2),
        2,
        List.of(Samples.ZONE.server(3)),
        List.of(Samples.ZONE.server(4)),
        List.of(Samples.ZONE.server(2), Samples.ZONE.server(1)),
        Optional.empty());
  }

  static FleetEvent loadWithoutBalancers() {
    LoadObserved now = (LoadObserved) Samples.load();
    SortedMap<Metric, Mean> load = new TreeMap<>(now.load());
    load.remove(Metric.REQUESTS_PER_SECOND);
    return new LoadObserved(
        now.zone(),
        now.at(),
        now.window(),
        load,
        now.reporting(),
        now.missing(),
        now.warming(),
        now.idlest(),
        now.counted());
  }

  static FleetEvent policyWithTheUsualCanary() {
    return new PolicyChanged(
        Samples.ZONE, Samples.AT, 1, Samples.policy().with(CanaryPolicy.DEFAULT), Samples.ACTOR);
  }

  static FleetEvent policyThatNeverSleeps() {
    ZonePolicy now = Samples.policy();
    return new PolicyChanged(
        Samples.ZONE,
        Samples.AT,
        1,
        new ZonePolicy(
            1,
            now.max(),
            now.window(),
            now.rules().stream().filter(rule -> !(rule instanceof ScalingRule.Idle)).toList(),
            now.limits(),
            now.victims(),
            now.dryRun()),
        Samples.ACTOR);
  }

  static FleetEvent policy() {
    return new PolicyChanged(Samples.ZONE, Samples.AT, 1, ZonePolicy.DEFAULT, Samples.ACTOR);
  }

  static FleetEvent template() {
    return new TemplateChanged(
        Samples.ZONE,
        Samples.AT,
        1,
        new ServerTemplate(
            "sluice-app:1",
            new TreeMap<>(Map.of("GREETING", "hello")),
            Optional.of(268_435_456L),
            Optional.of(0.5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            "/health_check",
            ContainerTemplate.DEFAULT),
        Samples.ACTOR,
        Optional.empty());
  }

  static FleetEvent templateWithoutReason() {
    return new TemplateChanged(
        Samples.ZONE, Samples.AT, 1, ofVersionThree(), Samples.ACTOR, Optional.empty());
  }

  static FleetEvent templateWithoutVolumes() {
    return new TemplateChanged(
        Samples.ZONE,
        Samples.AT,
        1,
        ofVersionThree(),
        Samples.ACTOR,
        Optional.of("2 servers of revision 2 failed"));
  }

  private static ServerTemplate ofVersionThree() {
    ServerTemplate now = Samples.template();
    ContainerTemplate container = now.container();
    return new ServerTemplate(
        now.image(),
        now.environment(),
        now.memoryBytes(),
        now.cpus(),
        now.startTimeout(),
        now.drainTimeout(),
        "/ready",
        new ContainerTemplate(
            ContainerProcess.of(container.process().command()),
            ServerPort.of(container.serving().port()),
            container.pids(),
            Optional.empty(),
            new ContainerStorage(
                container.storage().readOnly(), container.storage().writable(), List.of()),
            container.capabilities(),
            container.labels(),
            container.metrics()));
  }

  static FleetEvent templateOfPathWithoutSecrets() {
    ServerTemplate now = Samples.template().with(List.of());
    return new TemplateChanged(
        Samples.ZONE,
        Samples.AT,
        1,
        new ServerTemplate(
            now.image(),
            now.environment(),
            now.memoryBytes(),
            now.cpus(),
            now.startTimeout(),
            now.drainTimeout(),
            "/ready",
            now.container()),
        Samples.ACTOR,
        Optional.of("2 servers of revision 2 failed"));
  }

  static FleetEvent templateWithoutProtocol() {
    ServerTemplate now = Samples.template().with(List.of());
    ContainerTemplate container = now.container();
    ServerTemplate template =
        new ServerTemplate(
            now.image(),
            now.environment(),
            now.memoryBytes(),
            now.cpus(),
            now.startTimeout(),
            now.drainTimeout(),
            "/ready",
            new ContainerTemplate(
                container.process(),
                ServerPort.of(container.serving().port()),
                container.pids(),
                container.gpus(),
                container.storage(),
                container.capabilities(),
                container.labels(),
                container.metrics()));
    return new TemplateChanged(
        Samples.ZONE,
        Samples.AT,
        1,
        template,
        Samples.ACTOR,
        Optional.of("2 servers of revision 2 failed"));
  }

  static FleetEvent started() {
    return new ServerStarted(
        Samples.ZONE,
        Samples.AT,
        Samples.SERVER,
        Samples.COMMAND,
        URI.create("http://127.0.0.1:5001"),
        "4711",
        new Epoch(3));
  }

  static ScaleCommand command() {
    return new ScaleCommand(
        Samples.COMMAND,
        Samples.ZONE,
        Samples.AT,
        "load-observed",
        1,
        2,
        3,
        List.of(Samples.ZONE.server(4)),
        List.of(Samples.ZONE.server(1)),
        new Reason(ReasonCode.POLICY, "cpu 72.5 % is above 70: one more than 2"),
        new Evidence(
            new TreeMap<>(Map.of(Metric.CPU, new Mean(72.5, 2))),
            2,
            List.of(Samples.ZONE.server(3)),
            List.of(),
            List.of(new Evidence.Wish("threshold cpu", 4, "one more")),
            List.of(new Evidence.Limit("max", 4, 3, "at most 3 servers")),
            Optional.empty(),
            Optional.empty()),
        false,
        1);
  }

  static ScaleCommand commandWithoutReporters() {
    return new ScaleCommand(
        Samples.COMMAND,
        Samples.ZONE,
        Samples.AT,
        "load-observed",
        1,
        2,
        3,
        List.of(Samples.ZONE.server(4)),
        List.of(Samples.ZONE.server(1)),
        new Reason(ReasonCode.POLICY, "cpu 72.5 % is above 70: one more than 2"),
        new Evidence(
            new TreeMap<>(Map.of(Metric.CPU, new Mean(72.5, 2))),
            2,
            List.of(Samples.ZONE.server(3)),
            List.of(Samples.ZONE.server(2)),
            List.of(
                new Evidence.Wish("threshold cpu", 4, "one more"),
                new Evidence.Wish("predictive cpu", 9, "much more", true)),
            List.of(new Evidence.Limit("max", 4, 3, "at most 3 servers")),
            Optional.of(new Evidence.Backoff(1, 2, Samples.AT)),
            Optional.empty()),
        false,
        2);
  }
}
