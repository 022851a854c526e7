package io.sluice.compose.cli;

import io.sluice.compose.whatif.HistoryWhatIf;
import io.sluice.compose.whatif.Model;
import io.sluice.compose.whatif.Plot;
import io.sluice.compose.whatif.PolicyFiles;
import io.sluice.compose.whatif.Progress;
import io.sluice.compose.whatif.ReportTable;
import io.sluice.compose.whatif.Stretch;
import io.sluice.compose.whatif.TraceWhatIf;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.topology.whatif.Comparison;
import io.sluice.topology.whatif.NamedPolicy;
import io.sluice.topology.whatif.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what other policies would have made of a load. */
@Command(
    name = "what-if",
    description =
        "Shows what other policies would have made of a load: of a trace in a file, or of "
            + "what a zone's history tells. It runs a model, writes nothing and can reach no "
            + "fleet.",
    mixinStandardHelpOptions = true)
final class WhatIfCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private HistoryOptions history = new HistoryOptions();
  @Mixin private WhatIfOptions options = new WhatIfOptions();

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      required = true,
      description = "A policy, YAML or JSON, called by its file's name; can be given repeatedly.")
  private List<Path> policies = new ArrayList<>();

  @Option(
      names = "--trace",
      paramLabel = "CSV",
      description = "A load, timestamp,value; without it the history is the load.")
  private @Nullable Path trace;

  @Option(names = "--plot", paramLabel = "FILE", description = "Draws an SVG image there.")
  private @Nullable Path plot;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    Comparison comparison = compare(new ProgressBars());
    draw(comparison);
    Report report = comparison.report();
    if (json) {
      console.out().println(Json.mapper().writeValueAsString(report));
    } else {
      console
          .out()
          .printf(
              "%s, %s to %s; start-up %s, drain %s, target %.0f%%%n%n",
              report.source(),
              report.from(),
              report.to(),
              Durations.format(report.startUp()),
              Durations.format(report.drain()),
              report.target());
      ReportTable.lines(report).forEach(console.out()::println);
      ReportTable.forecasts(report).forEach(console.out()::println);
    }
    console.out().flush();
    return ExitCode.OK;
  }

  private Comparison compare(Progress progress) {
    Section section = options.section();
    Model model = WhatIfOptions.model(section);
    List<Problem> problems = new ArrayList<>();
    Path file = trace;
    if (file == null) {
      Stretch stretch = WhatIfOptions.stretch(section);
      List<NamedPolicy> named = read(() -> PolicyFiles.read(policies), List.of(), problems);
      refuse(section, problems);
      return new HistoryWhatIf(history.open()).compare(named, stretch, model, progress);
    }
    double capacity = WhatIfOptions.capacity(section);
    List<NamedPolicy> named = read(() -> PolicyFiles.read(policies), List.of(), problems);
    List<TraceWhatIf> load =
        read(() -> List.of(new TraceWhatIf(file, capacity)), List.of(), problems);
    refuse(section, problems);
    return load.getFirst().compare(named, model, progress);
  }

  /** What is read; if it is broken, its problems are noted, so that reading can go on. */
  private static <T> T read(Supplier<T> reader, T otherwise, List<Problem> problems) {
    try {
      return reader.get();
    } catch (ConfigException broken) {
      problems.addAll(broken.problems());
      return otherwise;
    }
  }

  private static void refuse(Section section, List<Problem> problems) {
    List<Problem> all = new ArrayList<>(section.problems());
    all.addAll(problems);
    if (!all.isEmpty()) {
      throw new ConfigException("what-if", all);
    }
  }

  private void draw(Comparison comparison) {
    if (plot == null) {
      return;
    }
    try {
      Files.writeString(plot, Plot.svg(comparison));
    } catch (IOException unwritable) {
      throw new ConfigException(
          "what-if",
          List.of(new Problem("--plot", "'" + plot + "'", "a file that can be written")));
    }
  }
}
