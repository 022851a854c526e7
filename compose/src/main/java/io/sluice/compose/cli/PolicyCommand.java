package io.sluice.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ZonePolicy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows, sets and checks policies. */
@Command(
    name = "policy",
    description = "Shows, sets and checks how zones scale.",
    mixinStandardHelpOptions = true)
final class PolicyCommand implements Runnable {
  private static final ZoneDocument<ZonePolicy> DOCUMENT =
      new ZoneDocument<>("policy", Policies::parse, Policies::describe);

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Command(
      name = "get",
      description = "Shows the policy that holds, as a file that 'policy set' takes.",
      mixinStandardHelpOptions = true)
  int get(
      @Mixin MonitorOptions monitor,
      @Parameters(paramLabel = "ZONE", description = "The zone.") String zone,
      @Option(names = "--json", description = "Prints JSON.") boolean json) {
    return DOCUMENT.get(monitor, zone, json, Console.of(spec));
  }

  @Command(
      name = "set",
      description = "Lets a zone scale by the policy in a file.",
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
    return DOCUMENT.set(change, file, ifRevision, "", Console.of(spec));
  }

  @Command(
      name = "check",
      description = "Tells everything that is wrong with a policy, or what would hold with it.",
      mixinStandardHelpOptions = true)
  int check(@Parameters(paramLabel = "FILE", description = "YAML or JSON.") Path file)
      throws JsonProcessingException {
    return DOCUMENT.check(file, Console.of(spec));
  }

  @Command(
      name = "schema",
      description = "Prints the JSON Schema of a policy, for editors.",
      mixinStandardHelpOptions = true)
  int schema() {
    Console console = Console.of(spec);
    console.out().print(Policies.jsonSchema());
    console.out().flush();
    return ExitCode.OK;
  }
}
