package io.sluice.compose.whatif;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.topology.whatif.Comparison;
import io.sluice.topology.whatif.Curve;
import io.sluice.topology.whatif.FleetTimings;
import io.sluice.topology.whatif.NamedPolicy;
import io.sluice.topology.whatif.TraceReader;
import io.sluice.topology.whatif.WhatIf;
import io.sluice.topology.whatif.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Policies side by side on a load that stands in a file. */
public final class TraceWhatIf {
  private final Workload workload;

  /**
   * Reads the trace.
   *
   * @param file CSV, {@code timestamp,value}
   * @param capacity units of the trace that one server does at 100 percent, more than 0
   * @throws ConfigException if the file can't be read, or a line is wrong
   */
  public TraceWhatIf(Path file, double capacity) {
    Workload read = Workload.ofTrace(curve(file), capacity);
    this.workload =
        new Workload(read.demand(), capacity, read.signals(), String.valueOf(file.getFileName()));
  }

  private static Curve curve(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return TraceReader.read(lines.iterator(), file.toString());
    } catch (IOException | UncheckedIOException unreadable) {
      throw new ConfigException(
          "traces",
          List.of(new Problem(file + ": (file)", "unreadable", "a text file that can be read")));
    }
  }

  /**
   * Runs the policies on the whole trace.
   *
   * @throws ConfigException if a rule goes by a metric that the model does not have
   */
  public Comparison compare(List<NamedPolicy> policies, Model model, Progress progress) {
    WhatIf whatIf = new WhatIf(workload, model.timings(FleetTimings.DEFAULT), model.target());
    try (Progress.Task task = progress.begin("running", policies.size() * whatIf.seconds())) {
      return whatIf.run(Optional.empty(), policies, task::step);
    }
  }
}
