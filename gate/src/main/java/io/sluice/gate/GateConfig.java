package io.sluice.gate;

import io.sluice.gate.rule.CreateRules;
import io.sluice.gate.rule.GateRules;
import io.sluice.gate.rule.MountRules;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.config.Words;
import io.sluice.schemas.id.ClusterName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * How a gate is to be.
 *
 * @param host the address to listen on; whoever reaches it may do what the rules allow
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param engine the engine's socket
 * @param rules what may pass
 */
public record GateConfig(String host, int port, Path engine, GateRules rules) {
  /** Nobody but this machine. */
  public static final String HOST_DEFAULT = "127.0.0.1";

  /** Docker's own port without TLS. */
  public static final int PORT_DEFAULT = 2375;

  private static final Path ENGINE_DEFAULT = Path.of("/var/run/docker.sock");
  private static final String IMAGES_DEFAULT = "sluice-app:latest";
  private static final int PORT_MAX = 65_535;

  /**
   * Reads a configuration.
   *
   * @param source the file or call that it came from, for the message
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static GateConfig read(String source, Section root) {
    GateConfig config =
        new GateConfig(
            root.string("host", HOST_DEFAULT),
            root.integer("port", PORT_DEFAULT, 0, PORT_MAX),
            root.value("engine", Path::of).orElse(ENGINE_DEFAULT),
            new GateRules(
                root.value("cluster", ClusterName::new).orElse(ClusterName.DEFAULT),
                new CreateRules(
                    words(root, "images", IMAGES_DEFAULT, CreateRules::requireImage),
                    words(root, "networks", "", CreateRules::requireNetwork),
                    words(root, "capabilities", "", CreateRules::requireCapability),
                    root.bool("publish", false),
                    mounts(root),
                    words(root, "users", "", CreateRules::requireUser),
                    root.integer("gpus", 0, 0, CreateRules.GPUS_MAX))));
    noteSocket(root, config);
    root.orThrow(source);
    return config;
  }

  /** Who is given the socket is root on the host, and read-only is no hindrance to connecting. */
  private static void noteSocket(Section root, GateConfig config) {
    for (String word : config.rules().create().mounts().directories()) {
      Path directory = Path.of(MountRules.path(word));
      if (config.engine().startsWith(directory)
          || resolved(config.engine()).startsWith(resolved(directory))) {
        root.note(
            "directories",
            "'" + word + "'",
            "none that has the engine's socket %s in it".formatted(config.engine()));
      }
    }
  }

  /** On today's hosts the one is a link to the other. */
  private static Path resolved(Path path) {
    Path run = Path.of("/var/run");
    return path.startsWith(run) ? Path.of("/run").resolve(run.relativize(path)) : path;
  }

  private static MountRules mounts(Section root) {
    SortedSet<String> volumes = words(root, "volumes", "", MountRules::requireVolume);
    // Of all directories together, since none may lie within another one.
    return root.value(
            "directories",
            text -> new MountRules(volumes, words(text, MountRules::requireDirectory)))
        .orElseGet(() -> new MountRules(volumes, Collections.emptySortedSet()));
  }

  private static SortedSet<String> words(
      Section root, String key, String byDefault, UnaryOperator<String> require) {
    return root.value(key, text -> words(text, require)).orElseGet(() -> words(byDefault, require));
  }

  private static SortedSet<String> words(String text, UnaryOperator<String> require) {
    SortedSet<String> words = new TreeSet<>();
    Words.split(text).forEach(word -> words.add(require.apply(word)));
    return words;
  }
}
