package io.sluice.provisioner.fleet.docker;

import io.sluice.schemas.config.Section;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where and how a zone's containers run.
 *
 * @param engine the engine's address, {@code unix:///path} or {@code tcp://host:port}
 * @param certificates directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem} for
 *     mutual TLS; empty: without TLS
 * @param network the engine's network that the containers join; empty: its default one
 * @param reach how the servers are reached
 * @param publishOn the host's address that ports are published on; for {@link Reach#PORT}
 * @param publishedAt the host's name or address under which the published ports are reached
 * @param pull when images are fetched
 * @param bootstrap the Kafka brokers as containers reach them; empty: as the monitor does
 */
public record DockerConfig(
    URI engine,
    Optional<Path> certificates,
    Optional<String> network,
    Reach reach,
    String publishOn,
    String publishedAt,
    PullPolicy pull,
    Optional<String> bootstrap) {
  /** Where the engine of a Linux host listens. */
  public static final URI ENGINE_DEFAULT = URI.create("unix:///var/run/docker.sock");

  private static final String LOOPBACK = "127.0.0.1";
  private static final String EVERYWHERE = "0.0.0.0";

  /** This host's engine, with ports published for this host alone. */
  public static final DockerConfig DEFAULT = of(ENGINE_DEFAULT);

  /**
   * Validates what belongs together.
   *
   * @throws IllegalArgumentException if the engine's address is none, or servers are to be reached
   *     by name in a network that knows no names
   */
  public DockerConfig {
    requireEngine(engine);
    if (reach == Reach.NAME && network.isEmpty()) {
      throw new IllegalArgumentException(
          "servers reached by name without a network: expected a network of the engine, since its "
              + "default one knows no names");
    }
  }

  /** The engine at this address, with what follows from the address for the rest. */
  public static DockerConfig of(URI engine) {
    boolean local = isLocal(engine);
    return new DockerConfig(
        engine,
        Optional.empty(),
        Optional.empty(),
        Reach.PORT,
        local ? LOOPBACK : EVERYWHERE,
        local ? LOOPBACK : host(engine),
        PullPolicy.MISSING,
        Optional.empty());
  }

  /**
   * Reads the keys, which are called like the components. What is not there holds as in {@code
   * common}; with another engine, the addresses follow from that engine.
   */
  public static DockerConfig read(Section section, DockerConfig common) {
    URI engine =
        section.value("engine", text -> requireEngine(URI.create(text))).orElseGet(common::engine);
    DockerConfig base = engine.equals(common.engine()) ? common : common.at(engine);
    Optional<Path> certificates = section.value("certificates", Path::of).or(base::certificates);
    Optional<String> network = section.string("network").or(base::network);
    Reach reach = section.choice("reach", base.reach());
    if (reach == Reach.NAME && network.isEmpty()) {
      section.note("network", "missing", "the engine's network in which names are known");
      network = Optional.of("none");
    }
    return new DockerConfig(
        engine,
        certificates,
        network,
        reach,
        section.string("publishOn", base.publishOn()),
        section.string("publishedAt", base.publishedAt()),
        section.choice("pull", base.pull()),
        section.string("bootstrap").or(base::bootstrap));
  }

  private DockerConfig at(URI other) {
    DockerConfig fresh = of(other);
    return new DockerConfig(
        other, certificates, network, reach, fresh.publishOn, fresh.publishedAt, pull, bootstrap);
  }

  /** The same, with these brokers unless it names some. */
  public DockerConfig orBootstrap(String brokers) {
    return new DockerConfig(
        engine,
        certificates,
        network,
        reach,
        publishOn,
        publishedAt,
        pull,
        bootstrap.or(() -> Optional.of(brokers)));
  }

  /** The configuration in the form in which it is read. */
  public Map<String, Object> describe() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("engine", engine.toString());
    certificates.ifPresent(directory -> tree.put("certificates", directory.toString()));
    network.ifPresent(name -> tree.put("network", name));
    tree.put("reach", reach.name().toLowerCase(Locale.ROOT));
    tree.put("publishOn", publishOn);
    tree.put("publishedAt", publishedAt);
    tree.put("pull", pull.name().toLowerCase(Locale.ROOT));
    bootstrap.ifPresent(brokers -> tree.put("bootstrap", brokers));
    return tree;
  }

  static URI requireEngine(URI engine) {
    boolean socket = isLocal(engine) && engine.getPath() != null && engine.getHost() == null;
    boolean tcp = "tcp".equals(engine.getScheme()) && engine.getHost() != null;
    if (!socket && !(tcp && engine.getPort() > 0)) {
      throw new IllegalArgumentException(
          "engine '%s': expected unix:///path or tcp://host:port".formatted(engine));
    }
    return engine;
  }

  private static boolean isLocal(URI engine) {
    return "unix".equals(engine.getScheme());
  }

  private static String host(URI engine) {
    return String.valueOf(engine.getHost());
  }
}
