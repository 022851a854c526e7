package io.sluice.compose.deploy;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * A Compose file, read for Sluice: each service is a zone. What Sluice can't honour is named with
 * its line and refused, all of it at once; nothing is passed over.
 *
 * @param deployments what its services become, each behind those on which it depends
 * @param secrets those whose values it brings along
 */
public record ComposeFile(List<Deployment> deployments, List<GivenSecret> secrets) {
  /** Copies the lists. */
  public ComposeFile {
    deployments = List.copyOf(deployments);
    secrets = List.copyOf(secrets);
  }

  /**
   * What a file may refer to.
   *
   * @param variables of whoever deploys
   * @param files the files beside it
   */
  public record Surroundings(Map<String, String> variables, Files files) {
    /** Copies the map. */
    public Surroundings {
      variables = Map.copyOf(variables);
    }
  }

  /** Files, by paths as the Compose file writes them. */
  public interface Files {
    /** The text of a file; empty: it can't be read. */
    Optional<String> text(String path);

    /** The path from the root of the host on. */
    String absolute(String path);
  }

  /**
   * Reads a file.
   *
   * @param source its name, for messages
   * @throws ConfigException with everything that is wrong, each with line and column
   */
  public static ComposeFile read(String source, String text, Surroundings surroundings) {
    Located.Table document = LocatedYaml.read(source, text);
    Spot.Notes notes = Spot.Notes.of(new Interpolation(surroundings.variables()));
    Spot root = Spot.root(document, notes);
    Volumes volumes = Volumes.declared(root.at("volumes"), surroundings.files());
    Secrets secrets = Secrets.declared(root.at("secrets"), surroundings);
    root.at("version").ifPresent(Spot::text);
    root.at("name").ifPresent(Spot::text);
    root.at("networks").ifPresent(ComposeFile::onlyDefault);
    Optional<Spot> services = root.at("services");
    root.refuseOthers(key -> "no '%s': Sluice knows %s".formatted(key, root.knownKeys()));
    Map<String, Spot> named = services.map(Spot::entries).orElse(Map.of());
    if (named.isEmpty()) {
      root.note("without services", "'services' with one at least");
    }
    Map<String, Optional<Deployment>> read = new LinkedHashMap<>();
    Map<String, List<String>> needs = new HashMap<>();
    named.forEach((name, spot) -> {
      ServiceReader reader =
          new ServiceReader(name, spot, new ServiceReader.Declared(volumes, secrets), surroundings);
      needs.put(name, reader.dependsOn(named.keySet()));
      read.put(name, reader.deployment());
    });
    noZoneTwice(root, named, read);
    List<Deployment> ordered =
        ordered(root, named, needs).stream()
            .flatMap(name -> read.getOrDefault(name, Optional.empty()).stream())
            .toList();
    if (!notes.problems().isEmpty()) {
      throw new ConfigException(source, notes.problems());
    }
    return new ComposeFile(ordered, secrets.given());
  }

  private static void onlyDefault(Spot networks) {
    networks
        .entries()
        .forEach((name, network) -> {
          if (!name.equals("default") || !network.blank()) {
            network.note(
                "a network", "none: servers are in the network of the monitor's docker.network");
          }
        });
  }

  private static void noZoneTwice(
      Spot root, Map<String, Spot> named, Map<String, Optional<Deployment>> read) {
    Map<ZoneId, String> first = new HashMap<>();
    read.forEach((name, deployment) ->
        deployment.ifPresent(found -> {
          String before = first.putIfAbsent(found.zone(), name);
          if (before != null) {
            named
                .getOrDefault(name, root)
                .note("zone " + found.zone(), "another one: it is that of service " + before);
          }
        }));
  }

  /** The services, each behind those on which it depends; those that depend on themselves last. */
  private static SequencedSet<String> ordered(
      Spot root, Map<String, Spot> named, Map<String, List<String>> needs) {
    SequencedSet<String> ordered = new LinkedHashSet<>();
    boolean further = true;
    while (further) {
      further = false;
      for (String name : named.keySet()) {
        if (!ordered.contains(name) && ordered.containsAll(needs.getOrDefault(name, List.of()))) {
          ordered.add(name);
          further = true;
        }
      }
    }
    List<String> round = new ArrayList<>(named.keySet());
    round.removeAll(ordered);
    if (!round.isEmpty()) {
      named
          .getOrDefault(round.getFirst(), root)
          .note(
              "depends on itself by way of " + String.join(", ", new TreeSet<>(round)),
              "an order in which they can start");
    }
    return ordered;
  }
}
