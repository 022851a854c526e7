package io.sluice.provisioner.fleet.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.codec.Json;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLHandshakeException;

/** What an engine's refusals mean, in words that tell an operator what to do. */
final class Faults {
  private Faults() {}

  /**
   * The failure to report.
   *
   * @param what what was tried, such as {@code container zone1-1 could not be created}
   * @param engine the way to the engine
   * @param failed what the client library threw
   */
  static FleetException describe(String what, Access engine, RuntimeException failed) {
    String reason =
        failed instanceof DockerException refused
            ? advice(refused.getHttpStatus(), message(refused))
            : unreachable(engine, failed);
    return new FleetException("%s on %s: %s".formatted(what, engine, reason), failed);
  }

  private static String unreachable(Access engine, RuntimeException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLHandshakeException) {
        return "the engine and we do not accept each other's certificates; see whether all are of "
            + "the same authority, valid, and made for this address: "
            + root(cause);
      }
    }
    if (rootOf(failed) instanceof SocketTimeoutException && !isConnecting(failed)) {
      return "the engine does not answer in time";
    }
    String reason = "the engine can't be reached: " + root(failed);
    // It says no only after our first words, and whether that arrives before the end is luck.
    return engine.certificates().isPresent() && brokeOff(failed)
        ? reason + "; one that does not accept our certificate breaks off like this"
        : reason;
  }

  /** Whether there was a connection. */
  private static boolean brokeOff(RuntimeException failed) {
    Throwable root = rootOf(failed);
    return !(root instanceof ConnectException
        || root instanceof NoRouteToHostException
        || root instanceof SocketTimeoutException
        || root instanceof UnknownHostException);
  }

  /** What engines say of a volume that is not to be had. */
  private static final List<String> MOUNTING =
      List.of(
          "error mounting",
          "failed to mount",
          "error while mounting volume",
          "bind source path does not exist");

  private static String advice(int status, String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (MOUNTING.stream().anyMatch(lower::contains)) {
      return "a volume or directory of the template can't be mounted; see to it on the engine's host."
          + " It says: "
          + message;
    }
    if (lower.contains("no space left on device")) {
      return "the engine's disk is full; remove what is not needed (docker system prune). It says: "
          + message;
    }
    if (lower.contains("http request to an https server")) {
      return "it wants TLS; set the directory of the certificates in the configuration. It says: "
          + message;
    }
    if (lower.contains("no such image") || lower.contains("pull access denied")) {
      return "it has no such image; load or pull it, or correct the template. It says: " + message;
    }
    if (lower.contains("not a swarm manager")) {
      return "it is no manager of a swarm; name one, or make it one (docker swarm init). It says: "
          + message;
    }
    if (lower.contains("is already in use by container")) {
      return "a container that is none of this cluster has that name; rename or remove it. It says: "
          + message;
    }
    if (lower.contains("port is already allocated") || lower.contains("address already in use")) {
      return "the port to publish is taken. It says: " + message;
    }
    if (lower.contains("network") && lower.contains("not found")) {
      return "it has no such network; create it, or correct the configuration. It says: " + message;
    }
    if (lower.contains("executable file not found")
        || lower.contains("no such file or directory")) {
      return "the command is not in the image; correct the template. It says: " + message;
    }
    return "it answers %d: %s".formatted(status, message);
  }

  /** The engine's own words: it wraps them in JSON, the library in a line with the status. */
  static String message(DockerException refused) {
    String text = String.valueOf(refused.getMessage());
    int begin = text.indexOf('{');
    if (begin >= 0) {
      try {
        JsonNode tree = Json.mapper().readTree(text.substring(begin).strip());
        if (tree.path("message").isTextual()) {
          return tree.path("message").asText().strip();
        }
      } catch (JsonProcessingException plain) {
        // Not the engine's usual form: the whole text then.
        return text.strip();
      }
    }
    return text.strip();
  }

  /** What is behind an exception, in its own words. */
  static String root(Throwable failed) {
    Throwable root = rootOf(failed);
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }

  private static Throwable rootOf(Throwable failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** Whether what took too long was to reach it. */
  private static boolean isConnecting(Throwable failed) {
    return String.valueOf(rootOf(failed).getMessage()).toLowerCase(Locale.ROOT).contains("connect");
  }
}
