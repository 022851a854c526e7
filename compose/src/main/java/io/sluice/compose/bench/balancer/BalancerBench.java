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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sends the same load through our balancer and its peers, by turns, and compares what each request
 * cost them. A ratio is that of two runs of one round, which stood beside each other in time.
 */
public final class BalancerBench {
  /** Of a process that was just started: what its compiler does counts for nobody. */
  private static final Duration FIRST_WARM_UP = Duration.ofSeconds(60);

  /** Programs that are compiled already. */
  private static final Duration FIRST_WARM_UP_OF_PEERS = Duration.ofSeconds(3);

  private static final Duration WARM_UP = Duration.ofSeconds(6);

  /** nginx's own page of what it has accepted, over all servers. */
  private static final Pattern ACCEPTED = Pattern.compile("requests\\s+(\\d+)");

  private static final int CHECKS = 30;

  /**
   * What is run.
   *
   * @param against the peers: {@code haproxy}, {@code nginx}, {@code sluice-io-uring}, {@code
   *     sluice-other}
   * @param options of the JVM for {@code sluice-other}
   * @param scenarios the loads
   * @param rounds runs of each subject that count, 1 or more
   * @param time of one run, 1 s or more
   * @param profiled whether our balancer has one more run of each, under the flight recorder
   */
  public record Plan(
      List<String> against,
      List<String> options,
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

  /** One run of one subject, in which servers accepted so many connections. */
  private record Run(Load load, Usage usage, long accepted) {
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
  private final boolean countable = SystemCalls.countable();

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
      for (Subject subject : subjects) {
        check(subject, setup);
        progress.accept("%s warms up".formatted(subject.name()));
        Duration time = subject.ours() ? FIRST_WARM_UP : FIRST_WARM_UP_OF_PEERS;
        var _ = Load.run(scenarios.getFirst(), subject.port(), time, script);
      }
      for (Scenario scenario : scenarios) {
        rows.addAll(rows(scenario, setup, script));
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
            case Subject.CHANNELS -> Subject.channels(setup, port, ports.get(ports.size() - 3));
            case Subject.OTHER ->
                Subject.other(setup, port, ports.get(ports.size() - 2), plan.options());
            default -> throw new BalancerBenchException("no peer is called " + peer);
          });
    }
  }

  /** One more run of ours, which counts for nothing else: recording costs a little. */
  private Profile profile(Scenario scenario, Subject ours, Path folder, Path script) {
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

  private List<BalancerRow> rows(Scenario scenario, Setup setup, Path script) {
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
        long accepted = accepted(setup);
        Usage before = Usage.of(subject.pid());
        Load load = Load.run(scenario, subject.port(), plan.time(), script);
        if (load.errors() > 0) {
          progress.accept("%s: %s: %s".formatted(scenario.name(), subject.name(), load.troubles()));
        }
        Usage usage = Usage.of(subject.pid()).minus(before);
        // Our own look is one of them.
        Run run = new Run(load, usage, accepted(setup) - accepted - 1);
        runs.computeIfAbsent(subject.name(), _ -> new ArrayList<>()).add(run);
      }
    }
    List<BalancerRow> all = new ArrayList<>();
    for (Subject subject : subjects) {
      Map<String, Double> counted = counted(scenario, subject, setup, script);
      BalancerRow row = row(scenario, subject, runs, counted);
      progress.accept(
          "%s: %s: %.1f CPU µs a request"
              .formatted(row.scenario(), row.subject(), row.cost().cpuMicros()));
      all.add(row);
    }
    return all;
  }

  /** How many connections the servers have accepted. */
  private static long accepted(Setup setup) {
    URI page = URI.create("http://127.0.0.1:" + setup.backends().getFirst() + "/accepted");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(page).build();
      String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      Matcher found = ACCEPTED.matcher(text);
      if (!found.find()) {
        throw new BalancerBenchException("servers said %s: expected counts".formatted(text));
      }
      return Long.parseLong(found.group(1));
    } catch (IOException failed) {
      throw new BalancerBenchException("servers do not say what they accepted", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BalancerBenchException("interrupted under load", interrupted);
    }
  }

  /** What is counted in runs of their own, since counting costs. */
  private Map<String, Double> counted(
      Scenario scenario, Subject subject, Setup setup, Path script) {
    Map<String, Double> counted = new HashMap<>();
    progress.accept("%s: %s is counted".formatted(scenario.name(), subject.name()));
    if (countable) {
      SystemCalls calls =
          new SystemCalls(subject.pid(), setup.folder().resolve(scenario.name() + ".calls"));
      List<String> line = Load.line(scenario, subject.port(), plan.time(), script);
      double requests = Math.max(1, Load.run(calls.around(line)).requests());
      calls
          .counted()
          .ifPresent(number -> counted.put(BalancerRow.SYSTEM_CALLS, rounded(number / requests)));
    }
    if (subject.ours()) {
      Profile profile = profile(scenario, subject, setup.folder(), script);
      counted.put(BalancerRow.BYTES_ALLOCATED, profile.bytesPerRequest());
      if (plan.profiled() && subject.equals(subjects.getFirst())) {
        profiles.add(profile);
      }
    }
    return counted;
  }

  private BalancerRow row(
      Scenario scenario,
      Subject subject,
      Map<String, List<Run>> runs,
      Map<String, Double> counted) {
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
    Map<String, Double> perRequest = new HashMap<>(counted);
    perRequest.put(
        BalancerRow.CONNECTIONS,
        median(own, run -> run.accepted() / (double) Math.max(1, run.load().requests())));
    return new BalancerRow(
        scenario.name(),
        subject.name(),
        new BalancerRow.Cost(
            median(own, Run::cpuMicros),
            median(own, run -> run.micros(Usage::userTicks)),
            median(own, run -> run.micros(Usage::systemTicks)),
            median(own, run -> run.micros(Usage::loopTicks))),
        new BalancerRow.Speed(
            median(own, run -> run.load().requestsPerSecond()),
            median(own, run -> run.load().p50Millis()),
            median(own, run -> run.load().p99Millis())),
        perRequest,
        Usage.rssMiB(subject.pid()),
        own.stream().mapToLong(run -> run.load().errors()).sum(),
        ratio);
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> value) {
    return median(runs.stream().map(value::applyAsDouble).toList());
  }

  /** In thousandths, which is finer than what is measured. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return rounded(median);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
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
