package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows, sets and checks templates. */
@Command(
    name = "template",
    description = "Shows, sets and checks what the servers of zones are made of.",
    mixinStandardHelpOptions = true)
final class TemplateCommand implements Runnable {
  private static final ZoneDocument<ServerTemplate> DOCUMENT =
      new ZoneDocument<>("template", Templates::parse, Templates::describe);

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "get",
      description = "Shows the template that holds, as a file that 'template set' takes.",
      mixinStandardHelpOptions = true)
  int get(
      @Mixin MonitorOptions monitor,
      @Parameters(paramLabel = "ZONE", description = "The zone.") String zone,
      @Option(names = "--json", description = "Prints JSON.") boolean json) {
    return DOCUMENT.get(monitor, zone, json, Console.of(spec));
  }

  @Command(
      name = "set",
      description = "Replaces a zone's servers one by one by such of the template in a file.",
      mixinStandardHelpOptions = true)
  int set(
      @Mixin ChangeOptions change,
      @Parameters(index = "1", paramLabel = "FILE", description = "YAML or JSON.") Path file,
      @Option(
              names = "--if-revision",
              paramLabel = "N",
              description = "Only if this revision still holds.")
          @Nullable Integer ifRevision)
      throws JsonProcessingException {
    return DOCUMENT.set(
        change, file, ifRevision, "; its servers follow one by one", Console.of(spec));
  }

  @Command(
      name = "check",
      description = "Tells everything that is wrong with a template, or what would hold with it.",
      mixinStandardHelpOptions = true)
  int check(@Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
      throws JsonProcessingException {
    return DOCUMENT.check(file, Console.of(spec));
  }
}
