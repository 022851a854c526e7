package io.sluice.gate.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.secret.SecretUse;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of secrets for a container.
 *
 * @param container what the client calls it: a name, an id or the beginning of one
 * @param files the files
 */
public record FilesCall(String container, List<SecretFile> files) {
  /** What an engine calls a container that was made and never started. */
  private static final String NOT_STARTED = "created";

  /** A volume that the engine has made for one container; others have names that somebody chose. */
  private static final Pattern OF_ITS_OWN = Pattern.compile("[0-9a-f]{64}");

  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,9})(?::([0-9]{1,9}))?");

  /** Copies the list. */
  public FilesCall {
    files = List.copyOf(files);
  }

  /** The call, by the container's id: another one could have taken the name since. */
  public EngineRequest on(String id) {
    SortedMap<String, String> parameters = new TreeMap<>();
    parameters.put("path", SecretUse.DIRECTORY);
    return EngineRequest.of("PUT", "/containers/" + id + "/archive", parameters).withFiles(files);
  }

  /** Why the container is not to get the files, by what the engine says about it. */
  Optional<String> objection(JsonNode found) {
    Problems problems = new Problems();
    String status = found.path("State").path("Status").asText("");
    if (!status.equals(NOT_STARTED)) {
      problems.add(
          "container " + container, "'%s'".formatted(status), "one that was never started");
    }
    if (found.path("Mounts").valueStream().filter(FilesCall::takesFiles).count() != 1
        || found.path("Mounts").size() != 1) {
      problems.add(
          "container " + container, "as it is", "a volume of its own at " + SecretUse.DIRECTORY);
    }
    String user = found.path("Config").path("User").asText("");
    for (SecretFile file : files) {
      if (!mayOwn(user, file.access())) {
        problems.add(
            "owner of " + file.name(),
            file.access().toString(),
            "0:0 or the numbers of the container's user, '%s'".formatted(Problems.printable(user)));
      }
    }
    return problems.isEmpty() ? Optional.empty() : Optional.of(problems.refusal().reason());
  }

  private static boolean takesFiles(JsonNode mount) {
    return mount.path("Destination").asText("").equals(SecretUse.DIRECTORY)
        && mount.path("Type").asText("").equals("volume")
        && OF_ITS_OWN.matcher(mount.path("Name").asText("")).matches();
  }

  private static boolean mayOwn(String user, SecretFile.Access access) {
    if (access.user() == 0 && access.group() == 0) {
      return true;
    }
    Matcher numbers = NUMBERS.matcher(user);
    return numbers.matches()
        && access.user() == Integer.parseInt(numbers.group(1))
        && access.group() == Optional.ofNullable(numbers.group(2)).map(Integer::valueOf).orElse(0);
  }
}
