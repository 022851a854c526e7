package io.sluice.compose.cli;

import io.sluice.app.AppException;
import io.sluice.balancer.admin.AdminException;
import io.sluice.balancer.handover.HandOverException;
import io.sluice.balancer.proxy.ProxyException;
import io.sluice.compose.archive.ArchiveException;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.history.HistoryException;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.compose.monitor.MonitorException;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.failure.FailureCause;
import io.sluice.topology.stream.TopologyFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the command line. */
@Command(
    name = "sluice",
    description = "An event-sourced autoscaler and load balancer for containers on plain Docker.",
    mixinStandardHelpOptions = true,
    versionProvider = SluiceCommand.Version.class,
    subcommands = {
      UpCommand.class,
      MonitorCommand.class,
      BalancerCommand.class,
      GatewayCommand.class,
      BrokerCommand.class,
      GateCommand.class,
      AppCommand.class,
      SinkCommand.class,
      StatusCommand.class,
      LsCommand.class,
      LogsCommand.class,
      EventsCommand.class,
      CommandsCommand.class,
      ExplainCommand.class,
      ReplayCommand.class,
      AuditCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      BenchCommand.class,
      ChaosCommand.class,
      ManualScaleCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      ZoneCommand.class,
      PolicyCommand.class,
      TemplateCommand.class,
      DeployCommand.class,
      SecretCommand.class,
      WhatIfCommand.class,
      ConfigCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it went well",
      "1:it ran, and failed or found what should not be",
      "2:it did not run: wrong usage, broken configuration, taken port, directory in use",
      "3:the cluster can't be reached"
    })
public final class SluiceCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Runs the command that the arguments name and gives its exit code. */
  public static int run(String... args) {
    Logs.toNowhere();
    return line().execute(args);
  }

  /** The command line, ready to be executed. */
  static CommandLine line() {
    return new CommandLine(new SluiceCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, line, parsed) -> explain(failure, line));
  }

  /** Without a command: says which there are. */
  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  private static int explain(Exception failure, CommandLine line) throws Exception {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case UnreachableException _ -> told(line, message, ExitCode.UNREACHABLE);
      case MonitorException refused -> told(line, refused);
      case ConfigException broken -> told(line, problems(broken), ExitCode.REFUSED);
      case ClusterException _, FleetException _, HistoryException _ ->
          told(line, message, ExitCode.REFUSED);
      case ProxyException _, AdminException _, AppException _, TopologyFailure _ ->
          told(line, message, ExitCode.REFUSED);
      case HandOverException _ -> told(line, "no hand-over: " + message, ExitCode.REFUSED);
      case IOException _, UncheckedIOException _ -> told(line, sentence(failure), ExitCode.REFUSED);
      case ArchiveException _ -> told(line, message, ExitCode.FAILED);
      default -> throw failure;
    };
  }

  private static int told(CommandLine line, String message, int code) {
    line.getErr().println("sluice: " + message);
    return code;
  }

  private static int told(CommandLine line, MonitorException refused) {
    Console.of(line.getCommandSpec())
        .problems(String.valueOf(refused.getMessage()), refused.problems());
    return switch (refused.kind()) {
      case UNREACHABLE -> ExitCode.UNREACHABLE;
      case REFUSED -> ExitCode.REFUSED;
      case FAILED -> ExitCode.FAILED;
    };
  }

  private static String problems(ConfigException broken) {
    String source = String.valueOf(broken.getMessage()).split(": ", 2)[0];
    return broken.problems().stream()
        .map(Problem::toString)
        .collect(Collectors.joining("; ", source + ": ", ""));
  }

  /** What is wrong with a file or a port; Java's own messages may be no more than a path. */
  private static String sentence(Exception unusable) {
    Throwable cause =
        unusable instanceof UncheckedIOException wrapped ? wrapped.getCause() : unusable;
    return switch (cause) {
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
      case AccessDeniedException denied -> denied.getFile() + ": this user may not open it";
      case FileSystemException other -> "%s: %s".formatted(other.getFile(), FailureCause.of(other));
      case null, default -> FailureCause.of(unusable);
    };
  }

  /** The version of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + current()};
    }

    /** The version in the jar's manifest, or {@code development} where there is no jar. */
    static String current() {
      String version = SluiceCommand.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
