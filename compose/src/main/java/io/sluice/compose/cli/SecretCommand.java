package io.sluice.compose.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.provisioner.secret.KeyFile;
import io.sluice.provisioner.secret.SecretException;
import io.sluice.schemas.vault.SealedSecret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice secret}: passwords and the like that servers get, and nobody reads. */
@Command(
    name = "secret",
    description = "Keeps secrets that servers get, sealed; no command shows a value.",
    mixinStandardHelpOptions = true,
    subcommands = SecretCommand.KeysCommand.class)
final class SecretCommand implements Runnable {
  private static final String LIST = "/v1/secrets";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  /** Where a value comes from: never from the command line, which everybody on the host can see. */
  static final class ValueOptions {
    @Mixin private MonitorOptions monitor = new MonitorOptions();
    @Mixin private ActorOptions actor = new ActorOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The secret.")
    private String name = "";

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "The file with the value, byte by byte; default: standard input.")
    private @Nullable Path file;

    @Option(names = "--json", description = "Prints the monitor's answer, one JSON object.")
    private boolean json;

    private byte[] value() {
      try (InputStream in = file == null ? System.in : Files.newInputStream(file)) {
        byte[] value = in.readNBytes(SealedSecret.VALUE_BYTES_MAX + 1);
        if (value.length == 0 || value.length > SealedSecret.VALUE_BYTES_MAX) {
          throw new ClusterException(
              "the value is %s: expected 1 to %d bytes on standard input or in --file"
                  .formatted(
                      value.length == 0 ? "empty" : "longer than that",
                      SealedSecret.VALUE_BYTES_MAX));
        }
        return value;
      } catch (IOException unreadable) {
        throw new ClusterException(
            "the value can't be read from %s: expected a file that can be read"
                .formatted(file == null ? "standard input" : file),
            unreadable);
      }
    }

    private JsonNode put(String precondition) {
      byte[] value = value();
      Map<String, String> headers = new TreeMap<>();
      headers.put(ActorOptions.HEADER, actor.name());
      headers.put("Content-Type", "application/octet-stream");
      headers.put(precondition, "*");
      try (MonitorClient client = monitor.client()) {
        return client.ask("PUT", path(name), value, monitor.authorized(headers)).tree();
      }
    }
  }

  @Command(
      name = "set",
      description = "Keeps a new secret, whose value comes from standard input or a file.",
      mixinStandardHelpOptions = true)
  int set(@Mixin ValueOptions options) {
    return stored(options, options.put("If-None-Match"));
  }

  @Command(
      name = "rotate",
      description = "Gives a secret another value; the zones that use it roll over to it.",
      mixinStandardHelpOptions = true)
  int rotate(@Mixin ValueOptions options) {
    return stored(options, options.put("If-Match"));
  }

  private int stored(ValueOptions options, JsonNode answer) {
    List<String> zones = new ArrayList<>();
    answer.path("rolledOver").forEach(zone -> zones.add(zone.asText()));
    String sentence =
        "secret %s: version %d is kept%s"
            .formatted(
                options.name,
                answer.path("version").asInt(),
                zones.isEmpty()
                    ? ""
                    : "; the servers of %s follow one by one".formatted(String.join(", ", zones)));
    return print(options.json ? answer.toString() : sentence);
  }

  @Command(
      name = "list",
      description =
          "Tells which secrets there are, who set them and when, and which zones use them.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin MonitorOptions monitor,
      @Option(names = "--json", description = "Prints the monitor's answer, one JSON object.")
          boolean json) {
    try (MonitorClient client = monitor.client()) {
      JsonNode answer = client.ask("GET", LIST, "", monitor.authorized(Map.of())).tree();
      return print(json ? answer.toString() : table(answer.path("secrets")));
    }
  }

  private static String table(JsonNode secrets) {
    if (secrets.isEmpty()) {
      return "there are no secrets";
    }
    StringBuilder table = new StringBuilder();
    table.append("%-24s %7s  %-24s %-16s %s".formatted("NAME", "VERSION", "SET", "BY", "USED BY"));
    for (JsonNode secret : secrets) {
      List<String> zones = new ArrayList<>();
      secret.path("zones").forEach(zone -> zones.add(zone.asText()));
      table.append(
          "%n%-24s %7d  %-24s %-16s %s"
              .formatted(
                  secret.path("name").asText(),
                  secret.path("version").asInt(),
                  secret.path("at").asText(),
                  secret.path("actor").asText(),
                  zones.isEmpty() ? "nobody" : String.join(", ", zones)));
    }
    return table.toString();
  }

  @Command(
      name = "remove",
      description = "Forgets a secret that no zone's template uses.",
      mixinStandardHelpOptions = true)
  int remove(
      @Mixin MonitorOptions monitor,
      @Mixin ActorOptions actor,
      @Parameters(paramLabel = "NAME", description = "The secret.") String name) {
    try (MonitorClient client = monitor.client()) {
      JsonNode answer =
          client
              .ask(
                  "DELETE",
                  path(name),
                  "",
                  monitor.authorized(Map.of(ActorOptions.HEADER, actor.name())))
              .tree();
      return print(
          "secret %s is gone, and %d of its values with it"
              .formatted(name, answer.path("versions").asInt()));
    }
  }

  private int print(String text) {
    Console console = Console.of(spec);
    console.out().println(text);
    console.out().flush();
    return ExitCode.OK;
  }

  private static String path(String name) {
    return LIST + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** {@code sluice secret keys}: the keys under which secrets are sealed. */
  @Command(
      name = "keys",
      description = "Makes and changes the file of keys that secrets.keys of every monitor names.",
      mixinStandardHelpOptions = true)
  static final class KeysCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
      if (spec != null) {
        spec.commandLine().usage(spec.commandLine().getOut());
      }
    }

    @Command(
        name = "create",
        description = "Makes a file with a new key, which only its owner can read.",
        mixinStandardHelpOptions = true)
    int create(@Parameters(paramLabel = "FILE", description = "Where nothing is yet.") Path file) {
      return told(() -> {
        KeyFile.create(file);
        return "%s: a new key; give every monitor a copy, and keep one elsewhere".formatted(file);
      });
    }

    @Command(
        name = "rotate",
        description = "Adds a new key that seals from now on; the older ones go on unsealing.",
        mixinStandardHelpOptions = true)
    int rotate(@Parameters(paramLabel = "FILE", description = "The file.") Path file) {
      return told(() ->
          "%s: %d keys, of which the new one seals from now on; give every monitor a copy"
              .formatted(file, new KeyFile(file).rotate()));
    }

    private int told(Supplier<String> work) {
      Console console = Console.of(spec);
      try {
        console.out().println(work.get());
        console.out().flush();
        return ExitCode.OK;
      } catch (SecretException failed) {
        console.warn(String.valueOf(failed.getMessage()));
        return ExitCode.REFUSED;
      }
    }
  }
}
