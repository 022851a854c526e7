package io.sluice.compose.drill.chaos;

import io.sluice.compose.cluster.EmbeddedRedis;
import io.sluice.compose.drill.CutRoutes;
import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.DrillException;
import io.sluice.compose.drill.Part;
import io.sluice.compose.drill.Patience;
import io.sluice.compose.drill.Signal;
import io.sluice.compose.drill.chaos.Fault.Blow;
import io.sluice.compose.drill.chaos.Fault.OfInput;
import io.sluice.compose.drill.chaos.Fault.OfNetwork;
import io.sluice.compose.drill.chaos.Fault.OfProcess;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Does what was drawn, and undoes what does not go away by itself. */
final class Striker {
  /** A JVM that ends in order on a busy machine has ended within this. */
  private static final Duration END_PATIENCE = Duration.ofSeconds(30);

  /** Several observations of a zone fall into this: whether the others go on is seen in it. */
  private static final Duration ONE_OF_SEVERAL_AWAY_MIN = Duration.ofSeconds(5);

  private final DrillCluster cluster;
  private final CutRoutes routes;
  private final Chronicle chronicle;
  private final Watch watch;
  private final BadInputs inputs;

  Striker(
      DrillCluster cluster, CutRoutes routes, Chronicle chronicle, Watch watch, BadInputs inputs) {
    this.cluster = cluster;
    this.routes = routes;
    this.chronicle = chronicle;
    this.watch = watch;
    this.inputs = inputs;
  }

  /**
   * Does it, and undoes it after as long as was drawn.
   *
   * @param meanwhile is done while one of several brokers is away
   * @return what exactly was hit, such as {@code monitor 3}
   */
  String strike(Fault fault, Runnable meanwhile) {
    return switch (fault) {
      case OfProcess process -> strike(process, meanwhile);
      case OfNetwork network -> cut(network);
      case OfInput(BadInput input, int which) -> inputs.send(input, zone(which));
    };
  }

  private String strike(OfProcess fault, Runnable meanwhile) {
    int which = fault.which();
    return switch (fault.target()) {
      case LEADER -> monitor(leader(), fault);
      case FOLLOWER -> monitor(follower(which), fault);
      case BROKER -> broker(fault, meanwhile);
      case CONTROLLER -> {
        int number = 1 + which % cluster.shape().parts().brokers();
        oneOfSeveral(cluster.controller(number), fault, meanwhile);
        yield "controller " + number;
      }
      case GATEWAY -> {
        own(cluster.gatewayPart().orElseThrow(), fault);
        yield "gateway";
      }
      case BALANCER -> balancer(zone(which), fault);
      case SERVER -> server(zone(which), fault);
      case REDIS -> {
        EmbeddedRedis redis = cluster.redis();
        blow(redis.process().orElseThrow(), fault);
        if (fault.blow() != Blow.PAUSE) {
          Patience.pass(fault.lasting());
          cluster.restartRedis();
        }
        yield "Redis";
      }
    };
  }

  private String broker(OfProcess fault, Runnable meanwhile) {
    int brokers = cluster.shape().parts().brokers();
    int node = 1 + fault.which() % brokers;
    Part part = cluster.broker(node);
    if (brokers == 1) {
      own(part, fault);
    } else {
      oneOfSeveral(part, fault, meanwhile);
    }
    return "broker " + node;
  }

  private static void oneOfSeveral(Part part, OfProcess fault, Runnable meanwhile) {
    if (fault.blow() == Blow.PAUSE) {
      own(part, fault);
      return;
    }
    Instant since = Instant.now();
    blow(part.process(), fault);
    meanwhile.run();
    Duration away = Duration.between(since, Instant.now());
    Patience.pass(later(fault.lasting(), ONE_OF_SEVERAL_AWAY_MIN).minus(away));
    part.restart();
  }

  private static Duration later(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private String monitor(MonitorId id, OfProcess fault) {
    own(cluster.monitor(id), fault);
    return "monitor " + id;
  }

  /** A part that nobody but the drill starts again. */
  private static void own(Part part, OfProcess fault) {
    blow(part.process(), fault);
    if (fault.blow() != Blow.PAUSE) {
      Patience.pass(fault.lasting());
      part.restart();
    }
  }

  private String balancer(ZoneId zone, OfProcess fault) {
    if (fault.blow() != Blow.PAUSE) {
      watch.balancerStruck(zone);
    }
    cluster.processes("balancer-" + zone).forEach(process -> blow(process, fault));
    return "the balancer of " + zone;
  }

  private String server(ZoneId zone, OfProcess fault) {
    Server server = chronicle.servers(zone).getFirst();
    watch.serverStruck(server.id());
    ProcessHandle process =
        ProcessHandle.of(Long.parseLong(server.handle()))
            .orElseThrow(() -> new DrillException("server %s is gone".formatted(server.id())));
    blow(process, fault);
    return "server " + server.id();
  }

  private static void blow(ProcessHandle process, OfProcess fault) {
    switch (fault.blow()) {
      case KILL -> {
        process.destroyForcibly();
        awaitEnd(process);
      }
      case TERMINATE -> {
        process.destroy();
        awaitEnd(process);
      }
      case PAUSE -> {
        Signal.STOP.send(process);
        Patience.pass(fault.lasting());
        Signal.CONT.send(process);
      }
    }
  }

  private static void awaitEnd(ProcessHandle process) {
    Patience.await(
        "process %d ends".formatted(process.pid()), END_PATIENCE, () -> !process.isAlive());
  }

  private String cut(OfNetwork fault) {
    MonitorId leader = leader();
    MonitorId follower = follower(fault.which());
    return switch (fault.way()) {
      case BETWEEN_MONITORS -> {
        routes.cut(follower, leader);
        Patience.pass(fault.lasting());
        routes.heal(follower, leader);
        yield "monitor %s from monitor %s".formatted(follower, leader);
      }
      case LEADER_TO_KAFKA -> fromKafka(leader, fault.lasting());
      case FOLLOWER_TO_KAFKA -> fromKafka(follower, fault.lasting());
    };
  }

  private String fromKafka(MonitorId monitor, Duration lasting) {
    routes.cutFromKafka(monitor);
    Patience.pass(lasting);
    routes.healToKafka(monitor);
    return "monitor %s from Kafka".formatted(monitor);
  }

  /** All follow the highest one before each fault. */
  private MonitorId leader() {
    return new MonitorId(cluster.shape().parts().monitors());
  }

  private MonitorId follower(int which) {
    List<MonitorId> followers =
        IntStream.range(1, leader().value()).mapToObj(MonitorId::new).toList();
    return followers.get(which % followers.size());
  }

  private ZoneId zone(int which) {
    List<ZoneId> zones = cluster.shape().parts().zones();
    return zones.get(which % zones.size());
  }
}
