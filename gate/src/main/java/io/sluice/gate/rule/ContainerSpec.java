package io.sluice.gate.rule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.secret.SecretUse;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A container that may be made. Every value of this type is one: what else containers can have
 * can't be said with it.
 *
 * @param image what it is made from
 * @param environment its variables, as {@code NAME=value}
 * @param run what runs in it
 * @param labels its labels, the cluster's among them
 * @param ports the TCP ports on which it listens
 * @param secretFiles whether it has a volume of its own for the files of its secrets
 * @param host what it gets of its host
 */
record ContainerSpec(
    ImageName image,
    List<String> environment,
    Run run,
    SortedMap<String, String> labels,
    SortedSet<Integer> ports,
    boolean secretFiles,
    Host host) {
  /** The only security option that takes rights away and gives none. */
  static final String NO_NEW_PRIVILEGES = "no-new-privileges";

  /** What is to be dropped of the capabilities that an engine gives by itself. */
  static final String ALL_CAPABILITIES = "ALL";

  /** What Docker calls a GPU among the devices that can be asked for. */
  static final String GPU = "gpu";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  ContainerSpec {
    environment = List.copyOf(environment);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
  }

  /**
   * What runs in a container.
   *
   * @param entrypoint the program; empty: the image's
   * @param command its command line; empty: the image's
   * @param user who it runs as; empty: the image's
   * @param stopSignal what asks it to end; empty: the image's
   * @param check what the engine runs in it besides; empty: what the image says
   */
  record Run(
      List<String> entrypoint,
      List<String> command,
      Optional<String> user,
      Optional<String> stopSignal,
      Optional<Check> check) {
    Run {
      entrypoint = List.copyOf(entrypoint);
      command = List.copyOf(command);
    }
  }

  /**
   * A command that the engine runs in a container again and again.
   *
   * @param words the program and its arguments
   * @param interval from one run to the next, in nanoseconds, at least {@value #INTERVAL_MIN}
   * @param timeout for each, in nanoseconds
   * @param startPeriod how long failures do not count, in nanoseconds
   * @param retries after so many failures it is not well
   */
  record Check(List<String> words, long interval, long timeout, long startPeriod, long retries) {
    /** Run without a shell. */
    static final String DIRECTLY = "CMD";

    static final long INTERVAL_MIN = 1_000_000_000L;
    static final long TIMEOUT_MIN = 1_000_000L;
    static final long TIMEOUT_MAX = 60_000_000_000L;
    static final long RETRIES_MAX = 3;

    Check {
      words = List.copyOf(words);
    }

    private ObjectNode toJson() {
      ObjectNode json = JSON.objectNode();
      var test = json.putArray("Test").add(DIRECTLY);
      words.forEach(test::add);
      json.put("Interval", interval).put("Timeout", timeout);
      return json.put("StartPeriod", startPeriod).put("Retries", retries);
    }
  }

  /**
   * What it is given of its host.
   *
   * @param type {@code bind} or {@code volume}
   * @param source the directory or the volume
   * @param target where it stands in the container
   * @param readOnly whether it can only be read
   */
  record Mount(String type, String source, String target, boolean readOnly) {
    private ObjectNode toJson() {
      ObjectNode json = JSON.objectNode().put("Type", type);
      json.put("Source", source).put("Target", target).put("ReadOnly", readOnly);
      if (type.equals("bind")) {
        // What is mounted below it was not named, and older engines would not make it read-only.
        json.putObject("BindOptions").put("NonRecursive", true);
      }
      return json;
    }
  }

  /**
   * What a container gets of its host. It gets no capability but these, no new privileges, and is
   * not started again by the engine.
   *
   * @param network the network that it joins
   * @param capabilities the capabilities that it keeps
   * @param readOnly whether its root file system is read-only
   * @param inMemory directories in memory, that it can write to
   * @param mounts volumes and directories of the host
   * @param published on which addresses of the host each of its ports is reached, by a port that
   *     the engine chooses; an empty address: on all
   * @param limits what it may use
   */
  record Host(
      String network,
      List<String> capabilities,
      boolean readOnly,
      SortedSet<String> inMemory,
      List<Mount> mounts,
      SortedMap<Integer, List<String>> published,
      Limits limits) {
    Host {
      capabilities = List.copyOf(capabilities);
      inMemory = Collections.unmodifiableSortedSet(new TreeSet<>(inMemory));
      mounts = List.copyOf(mounts);
      published = Collections.unmodifiableSortedMap(new TreeMap<>(published));
    }
  }

  /**
   * What a container may use; where nothing is said, there is no limit.
   *
   * @param memory in bytes
   * @param memorySwap in bytes, with what is swapped; the same as {@code memory}: nothing is
   * @param nanoCpus in billionths of a processor
   * @param pids processes and threads
   * @param gpus of its host
   */
  record Limits(
      Optional<Long> memory,
      Optional<Long> memorySwap,
      Optional<Long> nanoCpus,
      Optional<Long> pids,
      Optional<Long> gpus) {}

  /** The body by which an engine makes it. */
  String toJson() {
    ObjectNode body = JSON.objectNode();
    body.put("Image", image.written());
    environment.forEach(body.putArray("Env")::add);
    if (!run.entrypoint().isEmpty()) {
      run.entrypoint().forEach(body.putArray("Entrypoint")::add);
    }
    if (!run.command().isEmpty()) {
      run.command().forEach(body.putArray("Cmd")::add);
    }
    run.user().ifPresent(user -> body.put("User", user));
    run.stopSignal().ifPresent(signal -> body.put("StopSignal", signal));
    run.check().ifPresent(check -> body.set("Healthcheck", check.toJson()));
    labels.forEach(body.putObject("Labels")::put);
    ObjectNode exposed = body.putObject("ExposedPorts");
    ports.forEach(port -> exposed.putObject(tcp(port)));
    if (secretFiles) {
      body.putObject("Volumes").putObject(SecretUse.DIRECTORY);
    }
    body.set("HostConfig", hostJson());
    return body.toString();
  }

  private ObjectNode hostJson() {
    ObjectNode json = JSON.objectNode();
    json.put("NetworkMode", host.network());
    json.putArray("CapDrop").add(ALL_CAPABILITIES);
    host.capabilities().forEach(json.putArray("CapAdd")::add);
    json.putArray("SecurityOpt").add(NO_NEW_PRIVILEGES);
    // Whether a dead server is replaced, and when, is decided elsewhere.
    json.putObject("RestartPolicy").put("Name", "no");
    json.put("ReadonlyRootfs", host.readOnly());
    ObjectNode tmpfs = json.putObject("Tmpfs");
    host.inMemory().forEach(path -> tmpfs.put(path, ""));
    if (!host.mounts().isEmpty()) {
      json.putArray("Mounts").addAll(host.mounts().stream().map(Mount::toJson).toList());
    }
    ObjectNode bindings = json.putObject("PortBindings");
    host.published()
        .forEach((port, addresses) -> {
          var each = bindings.putArray(tcp(port));
          addresses.forEach(ip -> each.addObject().put("HostIp", ip).put("HostPort", ""));
        });
    Limits limits = host.limits();
    limits.memory().ifPresent(bytes -> json.put("Memory", bytes));
    limits.memorySwap().ifPresent(bytes -> json.put("MemorySwap", bytes));
    limits.nanoCpus().ifPresent(nanos -> json.put("NanoCpus", nanos));
    limits.pids().ifPresent(pids -> json.put("PidsLimit", pids));
    limits
        .gpus()
        .ifPresent(gpus -> {
          ObjectNode request = json.putArray("DeviceRequests").addObject().put("Count", gpus);
          request.putArray("Capabilities").addArray().add(GPU);
        });
    return json;
  }

  private static String tcp(int port) {
    return port + "/tcp";
  }
}
