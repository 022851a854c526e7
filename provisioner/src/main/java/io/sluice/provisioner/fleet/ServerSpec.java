package io.sluice.provisioner.fleet;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.ServerTemplate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A server to be started.
 *
 * @param server its id, which is also its name in the fleet and names its zone
 * @param epoch the term of the leader that starts it
 * @param template what it is made of
 * @param templateRevision the revision of that template within the zone
 * @param environment the environment variables that Sluice sets for it, to which the fleet adds
 *     where to listen; the template's own are there besides, and never in the place of one of these
 * @param secrets the secrets that it gets
 */
public record ServerSpec(
    ServerId server,
    Epoch epoch,
    ServerTemplate template,
    int templateRevision,
    SortedMap<String, String> environment,
    List<GivenSecret> secrets) {
  /** Environment variable with the server's id. */
  public static final String SERVER = "SLUICE_SERVER";

  /** Environment variable with the server's zone. */
  public static final String ZONE = "SLUICE_ZONE";

  /** Environment variable that tells the servers of one process fleet from all others. */
  public static final String FLEET = "SLUICE_FLEET";

  /** Environment variable with the host to listen on. */
  public static final String HOST = "SLUICE_HOST";

  /** Environment variable with the port to listen on. */
  public static final String PORT = "SLUICE_PORT";

  /** Environment variable with the directory in which the files of secrets are. */
  public static final String SECRETS_DIRECTORY = "SLUICE_SECRETS_DIR";

  /** Environment variable with the addresses of Kafka brokers to begin with. */
  public static final String BOOTSTRAP = "SLUICE_BOOTSTRAP";

  /** Copies the environment. */
  public ServerSpec {
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    secrets = List.copyOf(secrets);
  }

  /** The same with these secrets. */
  public ServerSpec with(List<GivenSecret> given) {
    return new ServerSpec(server, epoch, template, templateRevision, environment, given);
  }

  /**
   * The secrets that are environment variables, by the variables' names.
   *
   * @throws FleetException if one can't be a variable
   */
  public SortedMap<String, String> secretVariables() {
    SortedMap<String, String> variables = new TreeMap<>();
    for (GivenSecret secret : secrets) {
      secret.use().variable().ifPresent(name -> variables.put(name, text(secret)));
    }
    return variables;
  }

  // Whoever runs it would tell the value of one that it does not take.
  private static String text(GivenSecret secret) {
    return secret
        .value()
        .text()
        .orElseThrow(() ->
            new FleetException(
                "secret %s is no text in UTF-8 without NUL, and can't be a variable: expected a file"
                    .formatted(secret.use().name())));
  }

  /** The secrets that are files, by the files' names. */
  public SortedMap<String, SecretValue> secretFiles() {
    SortedMap<String, SecretValue> files = new TreeMap<>();
    for (GivenSecret secret : secrets) {
      secret.use().file().ifPresent(name -> files.put(name, secret.value()));
    }
    return files;
  }

  /**
   * The spec of a server.
   *
   * @param common environment variables that all servers get
   */
  public static ServerSpec of(
      ServerId server,
      Epoch epoch,
      ServerTemplate template,
      int templateRevision,
      Map<String, String> common) {
    SortedMap<String, String> environment = new TreeMap<>(common);
    environment.put(SERVER, server.toString());
    environment.put(ZONE, server.zone().toString());
    return new ServerSpec(server, epoch, template, templateRevision, environment, List.of());
  }
}
