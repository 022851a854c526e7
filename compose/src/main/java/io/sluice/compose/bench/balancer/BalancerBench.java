package io.sluice.compose.bench.balancer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Sends the same load through our balancer and its peers, by turns, and compares what each request
 * cost them. A ratio is that of two runs of one round, which stood beside each other in time.
 */
public final class BalancerBench {
  private static final Duration WARM_UP = Duration.ofSeconds(6);
  private static final int CHECKS = 30;

  /**
   * What is run.
   *
   * @param against the peers: {@code haproxy}, {@code nginx}, {@code sluice-io-uring}
   * @param scenarios the loads
   * @param rounds runs of each subject that count, 1 or more
   * @param time of one run, 1 s or more
   * @param profiled whether our balancer has one more run of each, under the flight recorder
   */
  public record Plan(
      List<String> against,
      List<Scenario> scenarios,
      int rounds,
      Duration time,
      boolean profiled) {}

  /**
   * What came of it.
   *
   * @param rows a subject in a scenario each
   * @param profiles of our balancer, if they were asked for
   */
  public record Report(List<BalancerRow> rows, List<Profile> profiles) {
    /** Copies the lists. */
    public Report {
      rows = List.copyOf(rows);
      profiles = List.copyOf(profiles);
    }
  }

  /** One run of one subject. */
  private record Run(Load load, Usage usage) {
    double micros(ToDoubleFunction<Usage> part) {
      return part.applyAsDouble(usage) * Usage.MICROS_PER_TICK / Math.max(1, load.requests());
    }

    double cpuMicros() {
      return micros(Usage::userTicks) + micros(Usage::systemTicks);
    }
  }

  private final Plan plan;
  private final Consumer<String> progress;
  private final List<Subject> subjects = new ArrayList<>();
  private final List<BalancerRow> rows = new ArrayList<>();
  private final List<Profile> profiles = new ArrayList<>();

  /** Tells in one line about each step. */
  public BalancerBench(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @param ports at least as many free ports as there are subjects, and five
   * @throws BalancerBenchException if a program is missing, or a subject does not answer as it
   *     should
   */
  public Report run(List<Integer> ports) throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench");
    List<Integer> backends = ports.subList(0, 3);
    try (Subject _ = Subject.backends(folder, backends)) {
      Path script = Files.writeString(folder.resolve("post.lua"), script());
      for (boolean tls : new boolean[] {false, true}) {
        List<Scenario> scenarios =
            plan.scenarios().stream().filter(scenario -> scenario.tls() == tls).toList();
        if (!scenarios.isEmpty()) {
          Optional<Certificate> certificate =
              tls ? Optional.of(Certificate.make(folder)) : Optional.empty();
          measure(scenarios, new Setup(folder, backends, certificate), ports, script);
        }
      }
      return new Report(rows, profiles);
    } finally {
      remove(folder);
    }
  }

  private void measure(List<Scenario> scenarios, Setup setup, List<Integer> ports, Path script) {
    try {
      start(setup, ports);
      subjects.forEach(subject -> check(subject, setup));
      for (Scenario scenario : scenarios) {
        rows.addAll(rows(scenario, script));
        if (plan.profiled()) {
          profiles.add(profile(scenario, setup.folder(), script));
        }
      }
    } finally {
      subjects.forEach(Subject::close);
      subjects.clear();
    }
  }

  private void start(Setup setup, List<Integer> ports) {
    subjects.add(Subject.sluice(setup, ports.get(4), ports.get(3)));
    for (String peer : plan.against()) {
      int port = ports.get(4 + subjects.size());
      subjects.add(
          switch (peer) {
            case "haproxy" -> Subject.haproxy(setup, port);
            case "nginx" -> Subject.nginx(setup, port);
            case Subject.IO_URING -> Subject.ioUring(setup, port, ports.getLast());
            default -> throw new BalancerBenchException("no peer is called " + peer);
          });
    }
  }

  /** One more run of ours, which counts for nothing else: recording costs a little. */
  private Profile profile(Scenario scenario, Path folder, Path script) {
    progress.accept("%s: profile".formatted(scenario.name()));
    Subject ours = subjects.getFirst();
    Path recording = folder.resolve(scenario.name() + ".jfr");
    Recorder recorder = Recorder.start(ours.pid());
    Load load = Load.run(scenario, ours.port(), plan.time(), script);
    recorder.end(recording);
    return Profile.read(scenario.name(), recording, load.requests());
  }

  private static String script() {
    return "wrk.method = \"POST\"\nwrk.body = string.rep(\"x\", 65536)\n";
  }

  /** Before anything is timed: every subject gives the right answer, from all backends. */
  private static void check(Subject subject, Setup setup) {
    Set<String> seen = new HashSet<>();
    HttpClient.Builder client = HttpClient.newBuilder();
    setup.certificate().ifPresent(made -> client.sslContext(made.client()));
    String scheme = setup.certificate().isPresent() ? "https" : "http";
    try (HttpClient http = client.build()) {
      URI address = URI.create(scheme + "://127.0.0.1:" + subject.port() + "/small");
      for (int i = 0; i < CHECKS; i++) {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(address).version(HttpClient.Version.HTTP_1_1).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || answer.body().length() != 128) {
          throw new BalancerBenchException(
              "%s answered %d with %d characters: expected 200 with 128"
                  .formatted(subject.name(), answer.statusCode(), answer.body().length()));
        }
        answer.headers().firstValue("x-backend").ifPresent(seen::add);
      }
    } catch (IOException failed) {
      throw new BalancerBenchException("%s does not answer".formatted(subject.name()), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BalancerBenchException("interrupted before the load", interrupted);
    }
    if (seen.size() != 3) {
      throw new BalancerBenchException(
          "%s asked the servers %s: expected all three".formatted(subject.name(), seen));
    }
  }

  private List<BalancerRow> rows(Scenario scenario, Path script) {
    Map<String, List<Run>> runs = new HashMap<>();
    for (Subject subject : subjects) {
      progress.accept("%s: %s warms up".formatted(scenario.name(), subject.name()));
      if (scenario.tls()) {
        var _ = Load.run(scenario.afresh(), subject.port(), WARM_UP, script);
      }
      var _ = Load.run(scenario, subject.port(), WARM_UP, script);
      runs.put(subject.name(), new ArrayList<>());
    }
    for (int round = 1; round <= plan.rounds(); round++) {
      progress.accept("%s: round %d of %d".formatted(scenario.name(), round, plan.rounds()));
      for (Subject subject : subjects) {
        Usage before = Usage.of(subject.pid());
        Load load = Load.run(scenario, subject.port(), plan.time(), script);
        if (load.errors() > 0) {
          progress.accept("%s: %s: %s".formatted(scenario.name(), subject.name(), load.troubles()));
        }
        Run run = new Run(load, Usage.of(subject.pid()).minus(before));
        runs.computeIfAbsent(subject.name(), _ -> new ArrayList<>()).add(run);
      }
    }
    return subjects.stream().map(subject -> row(scenario, subject, runs)).toList();
  }

  private BalancerRow row(Scenario scenario, Subject subject, Map<String, List<Run>> runs) {
    List<Run> own = runs.getOrDefault(subject.name(), List.of());
    Map<String, Double> ratio = new HashMap<>();
    for (String peer : plan.against()) {
      List<Run> others = runs.getOrDefault(peer, List.of());
      if (!peer.equals(subject.name())) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < own.size(); i++) {
          ratios.add(own.get(i).cpuMicros() / others.get(i).cpuMicros());
        }
        ratio.put(peer, median(ratios));
      }
    }
    return new BalancerRow(
        scenario.name(),
        subject.name(),
        median(own, Run::cpuMicros),
        median(own, run -> run.micros(Usage::userTicks)),
        median(own, run -> run.micros(Usage::systemTicks)),
        median(own, run -> run.load().requestsPerSecond()),
        median(own, run -> run.load().p50Millis()),
        median(own, run -> run.load().p99Millis()),
        Usage.rssMiB(subject.pid()),
        own.stream().mapToLong(run -> run.load().errors()).sum(),
        ratio);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> value) {
    return median(runs.stream().map(value::applyAsDouble).toList());
  }

  /** Rounded to thousandths, which is finer than what is measured. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return Math.round(median * 1000) / 1000.0;
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException left) {
      throw new UncheckedIOException("%s can't be removed".formatted(folder), left);
    }
  }
}
