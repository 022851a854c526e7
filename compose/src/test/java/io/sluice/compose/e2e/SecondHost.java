package io.sluice.compose.e2e;

import io.sluice.provisioner.fleet.docker.DockerConfig;
import io.sluice.provisioner.fleet.docker.PullPolicy;
import io.sluice.provisioner.fleet.docker.Reach;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host with an engine of its own, which can be switched off: a network namespace of this machine.
 *
 * @param directory everything that belongs to it, its engine's images too
 * @param address where it is reached
 */
record SecondHost(Path directory, String address) {
  private static final String SCRIPT = "compose/src/test/docker/host.sh";
  private static final int PORT = 2376;
  private static final int NETWORKS = 250;

  /** Skips the test loudly where a user can't make hosts; fails it where that has to work. */
  static void require(String test) throws InterruptedException {
    Docker.require(test, Docker.ROOT.resolve(SCRIPT).toString(), "able");
  }

  /** Makes it; it is off. */
  static SecondHost make(Path directory) throws IOException, InterruptedException {
    long run = ProcessHandle.current().pid();
    String network = "10.77." + (1 + run % NETWORKS);
    String address =
        Docker.script(Map.of(), SCRIPT, "make", directory.toString(), "sl" + run, network);
    return new SecondHost(directory, address);
  }

  /** Gives it power, and waits until its engine answers. */
  void on() throws IOException, InterruptedException {
    order("on");
  }

  /** Cuts its power. */
  void off() throws IOException, InterruptedException {
    order("off");
  }

  private void order(String order) throws IOException, InterruptedException {
    Docker.script(Map.of(), SCRIPT, order, directory.toString());
  }

  /** Its engine, over the network. */
  URI engine() {
    return URI.create("tcp://%s:%d".formatted(address, PORT));
  }

  /** Certificates that its engine accepts. */
  Path certificates() {
    return directory.resolve("client");
  }

  /** Certificates that its engine does not accept. */
  Path strangersCertificates() {
    return directory.resolve("stranger");
  }

  /** The way to its engine with these certificates. */
  DockerConfig way(Optional<Path> certificates) {
    return new DockerConfig(
        engine(),
        certificates,
        Optional.empty(),
        Reach.PORT,
        address,
        address,
        PullPolicy.NEVER,
        Optional.empty());
  }

  /** Gives its engine an image of the engine that tests run on. */
  void load(String image) throws IOException, InterruptedException {
    Docker.run(
        "bash",
        "-c",
        "set -o pipefail; docker save '%s' | docker -H '%s' load".formatted(image, socket()));
  }

  /** The names of the containers that its engine has, running or not. */
  List<String> containers() throws IOException, InterruptedException {
    return docker("ps", "--all", "--format", "{{.Names}}").lines().toList();
  }

  /** Runs its engine's command line client; what it prints if it succeeds. */
  String docker(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("docker", "-H", socket()));
    line.addAll(List.of(arguments));
    return Docker.run(line.toArray(String[]::new));
  }

  private String socket() {
    return "unix://" + directory.resolve("socket");
  }

  /** Leaves nothing of it. */
  void unmake() throws IOException, InterruptedException {
    order("unmake");
  }
}
