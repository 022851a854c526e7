package io.sluice.compose.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret from its first value to its end, on a whole cluster. */
class SecretIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final String FIRST = "hunter2-first-value-4711";
  private static final String SECOND = "hunter2-second-value-0815";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void itReachesTheServersAloneAndRollsThemOverAndCanBeSeenNowhereElse() throws Exception {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(
            config().withData(data()).withPorts(FreePorts.find()), SecretIT::say)) {
      await().atMost(PATIENCE).until(cluster::ready);

      refused(cluster, "422 or so", "template", "set", ZONE.toString(), template());
      assertThat(zone(cluster).templateRevision()).isEqualTo(1);
      told(cluster, "secret set db-password", secret(cluster, "set", FIRST))
          .isEqualTo(List.of("secret db-password: version 1 is kept"));
      assertThat(secret(cluster, "set", FIRST).awaitExit()).isEqualTo(1);
      ok(cluster, "template", "set", ZONE.toString(), template());
      await().atMost(PATIENCE).until(() -> settledOn(cluster, 2));
      assertThat(given(cluster)).contains(FIRST);
      refused(cluster, "remove", "secret", "remove", "db-password");

      told(cluster, "secret rotate db-password", secret(cluster, "rotate", SECOND))
          .isEqualTo(
              List.of(
                  "secret db-password: version 2 is kept; the servers of zone1 follow one by one"));
      await().atMost(PATIENCE).until(() -> settledOn(cluster, 3));
      assertThat(given(cluster)).contains(SECOND);
      assertThat(ok(cluster, "secret", "list").getLast()).matches("db-password +2 .* zone1");

      nothingStandsAnywhere(cluster);
      withLostKeysNothingIsStartedAndTheZoneSaysWhy(cluster);
      AuditAtEnd.verify(cluster.bootstrap());
    }
  }

  private void nothingStandsAnywhere(EmbeddedCluster cluster) throws Exception {
    Path export = folder.resolve("history.jsonl.gz");
    Sluice exported = Sluice.run("export", export.toString(), "--port-offset", offset(cluster));
    assertThat(exported.awaitExit()).as("%s", exported.err()).isZero();
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(export))) {
      assertThat(new String(in.readAllBytes(), ISO_8859_1))
          .contains("db-password")
          .doesNotContain("hunter2");
    }
    List<Path> holders;
    try (Stream<Path> files = Files.walk(data())) {
      holders = files.filter(Files::isRegularFile).filter(SecretIT::tells).toList();
    }
    // Topics, snapshots and logs are all below the data directory.
    assertThat(holders).isNotEmpty().allMatch(file -> file.startsWith(data("servers/secrets")));
    for (Server server : zone(cluster).servers().values()) {
      assertThat(Files.readString(Path.of("/proc", server.handle(), "environ")))
          .contains("SLUICE_SECRETS_DIR=")
          .doesNotContain("hunter2");
    }
    for (String[] question :
        new String[][] {{"template", "get", ZONE.toString()}, {"secret", "list", "--json"}}) {
      assertThat(ok(cluster, question)).isNotEmpty().noneMatch(line -> line.contains("hunter2"));
    }
  }

  private void withLostKeysNothingIsStartedAndTheZoneSaysWhy(EmbeddedCluster cluster)
      throws Exception {
    Path kept = folder.resolve("kept.keys");
    Files.move(data("secrets.keys"), kept);
    Server server = zone(cluster).servers().values().iterator().next();
    ProcessHandle.of(Long.parseLong(server.handle())).orElseThrow().destroyForcibly();

    await().atMost(PATIENCE).until(() -> trouble(cluster).isPresent());
    assertThat(trouble(cluster).orElseThrow())
        .contains("no server is started: file of keys")
        .contains("can't be read (NoSuchFileException)");
    assertThat(secret(cluster, "rotate", FIRST).awaitExit()).isNotZero();

    Files.move(kept, data("secrets.keys"));
    await().atMost(PATIENCE).until(() -> settledOn(cluster, 3) && trouble(cluster).isEmpty());
    assertThat(given(cluster)).contains(SECOND);
  }

  private static Optional<String> trouble(EmbeddedCluster cluster) {
    return zone(cluster).conditions().stream()
        .filter(one -> one.condition().kind().equals(ConditionKind.SECRET_UNAVAILABLE))
        .map(one -> one.condition().what())
        .findFirst();
  }

  private static boolean tells(Path file) {
    try {
      return Files.readString(file, ISO_8859_1).contains("hunter2");
    } catch (IOException goneOrHuge) {
      if (Files.exists(file)) {
        throw new UncheckedIOException(goneOrHuge);
      }
      return false;
    }
  }

  /** What stands in the file of the only server. */
  private Optional<String> given(EmbeddedCluster cluster) throws IOException {
    ServerId server = zone(cluster).servers().keySet().iterator().next();
    Path directory = data("servers/secrets").resolve(server.toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    Path file = directory.resolve("password");
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  private Sluice secret(EmbeddedCluster cluster, String verb, String value) throws Exception {
    Path file = folder.resolve("value");
    Files.writeString(file, value);
    Sluice run =
        run(cluster, "secret", verb, "db-password", "--file", file.toString(), "--actor", "eva");
    Files.delete(file);
    return run;
  }

  private static ListAssert<String> told(EmbeddedCluster cluster, String what, Sluice run)
      throws InterruptedException {
    assertThat(run.awaitExit()).as("%s on %s: %s", what, cluster.bootstrap(), run.err()).isZero();
    return assertThat(run.out());
  }

  private List<String> ok(EmbeddedCluster cluster, String... words) throws Exception {
    Sluice run = run(cluster, words);
    assertThat(run.awaitExit()).as("%s: %s", List.of(words), run.err()).isZero();
    return run.out();
  }

  private void refused(EmbeddedCluster cluster, String what, String... words) throws Exception {
    Sluice run = run(cluster, words);
    assertThat(run.awaitExit()).as("%s: %s", what, run.out()).isEqualTo(2);
    assertThat(run.err()).anyMatch(line -> line.contains("db-password"));
  }

  private Sluice run(EmbeddedCluster cluster, String... words) throws Exception {
    return Sluice.run(
        Stream.concat(
                Stream.of(words),
                Stream.of("--port-offset", offset(cluster), "--data", data().toString()))
            .toArray(String[]::new));
  }

  private String template() throws IOException {
    Path file = folder.resolve("template.yaml");
    Files.writeString(file, "container: {secrets: [{name: db-password, file: password}]}\n");
    return file.toString();
  }

  private ClusterConfig config() throws IOException {
    Path file = folder.resolve("cluster.yaml");
    Files.writeString(
        file,
        """
        zones:
          zone1:
            policy:
              servers: {min: 1, max: 1}
              rules: [{type: target, metric: in_flight, target: 100}]
        """);
    return ClusterConfig.read(file, Map.of());
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path data(String name) {
    return data().resolve(name);
  }

  private static String offset(EmbeddedCluster cluster) {
    return Integer.toString(cluster.config().ports().offset());
  }

  private static Zone zone(EmbeddedCluster cluster) {
    return cluster.fleet().zone(ZONE);
  }

  private static boolean settledOn(EmbeddedCluster cluster, int revision) {
    Zone zone = zone(cluster);
    return zone.templateRevision() == revision
        && zone.rollout().isEmpty()
        && zone.servers().size() == 1
        && zone.in(ServerState.READY).count() == 1;
  }
}
