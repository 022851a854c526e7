package io.sluice.compose.deploy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The volumes that a Compose file declares, and how a service's are written for Sluice.
 *
 * @param names what each is called by its engine, by its name in the file
 */
record Volumes(Map<String, String> names, ComposeFile.Files files) {
  private static final String EXPECTED =
      "name:/directory, ./directory:/directory or /directory:/directory, with :ro behind it or not";

  /** Copies the map. */
  Volumes {
    names = Map.copyOf(names);
  }

  /** Reads the section {@code volumes}. */
  static Volumes declared(Optional<Spot> section, ComposeFile.Files files) {
    Map<String, String> names = new HashMap<>();
    section
        .map(Spot::entries)
        .orElse(Map.of())
        .forEach((key, volume) -> {
          names.put(key, volume.at("name").flatMap(Spot::text).orElse(key));
          volume.at("external").ifPresent(Spot::truth);
          volume
              .at("driver")
              .filter(driver -> !driver.text().equals(Optional.of("local")))
              .ifPresent(driver -> driver.note("another driver", "local: made by each engine"));
          volume.refuseOthers(
              name -> "no '%s': Sluice knows %s of a volume".formatted(name, volume.knownKeys()));
        });
    return new Volumes(names, files);
  }

  /** A service's volume in the form of a template; empty: it is wrong, which is noted. */
  Optional<String> ofService(Spot volume) {
    return volume.isTable() ? written(volume) : shortForm(volume);
  }

  private Optional<String> shortForm(Spot volume) {
    Optional<String> text = volume.text();
    if (text.isEmpty()) {
      return text;
    }
    List<String> parts = List.of(text.get().split(":", -1));
    if (parts.size() < 2 || parts.size() > 3) {
      volume.note("'" + text.get() + "'", EXPECTED);
      return Optional.empty();
    }
    String mode = parts.size() == 3 ? ":" + parts.get(2) : "";
    return source(volume, parts.get(0)).map(source -> source + ":" + parts.get(1) + mode);
  }

  private Optional<String> written(Spot volume) {
    String type = volume.at("type").flatMap(Spot::text).orElse("volume");
    if (!type.equals("volume") && !type.equals("bind")) {
      volume.note("type " + type, "volume or bind; what is in memory stands under 'tmpfs'");
    }
    Optional<String> source = volume.at("source").flatMap(spot -> source(spot, spot.text()));
    Optional<String> target = volume.at("target").flatMap(Spot::text);
    boolean readOnly = volume.at("read_only").flatMap(Spot::truth).orElse(false);
    volume.refuseOthers(
        name -> "no '%s': Sluice knows %s of a volume".formatted(name, volume.knownKeys()));
    if (source.isEmpty() || target.isEmpty()) {
      volume.note("incomplete", "a source and a target");
      return Optional.empty();
    }
    return Optional.of(source.get() + ":" + target.get() + (readOnly ? ":ro" : ""));
  }

  private Optional<String> source(Spot spot, Optional<String> text) {
    return text.flatMap(written -> source(spot, written));
  }

  private Optional<String> source(Spot spot, String written) {
    if (written.startsWith("/") || written.startsWith(".")) {
      return Optional.of(files.absolute(written));
    }
    if (written.startsWith("~")) {
      spot.note("'" + written + "'", "a path without ~: it is read on the engine's host");
      return Optional.empty();
    }
    Optional<String> name = Optional.ofNullable(names.get(written));
    if (name.isEmpty()) {
      spot.note("volume '" + written + "'", "one that stands under the file's 'volumes'");
    }
    return name;
  }
}
