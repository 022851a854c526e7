package io.sluice.compose.cli;

import io.sluice.compose.cluster.ClusterException;
import io.sluice.schemas.event.Actor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks for a change. */
final class ActorOptions {
  /** The header that says so. */
  static final String HEADER = "Sluice-Actor";

  /** What a header can carry anywhere. */
  private static final Pattern NAME = Pattern.compile("[ -~]{1,200}");

  @Option(
      names = "--actor",
      paramLabel = "NAME",
      description = "Who asks, as the journal will tell; default: your login name.")
  private @Nullable String actor;

  String name() {
    String name = actor == null ? login() : actor;
    if (!NAME.matcher(name).matches()) {
      throw new ClusterException(
          "--actor: is '%s', expected 1 to 200 printable characters of ASCII".formatted(name));
    }
    return name;
  }

  /** Sluice's own user, as of a service, is not taken for what Sluice does by itself. */
  private static String login() {
    String login = System.getProperty("user.name", "unknown");
    boolean reserved =
        login.equals(Actor.SLUICE.name()) || login.equals(Actor.CONFIGURATION.name());
    return reserved ? "user " + login : login;
  }
}
