package io.sluice.compose.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's files, for rules about them. */
final class Sources {
  static final List<String> MODULES =
      List.of("schemas", "topology", "balancer", "gate", "provisioner", "app", "compose");

  private static final Path ROOT = Path.of(System.getProperty("sluice.root", ".."));

  private Sources() {}

  static Path root() {
    return ROOT;
  }

  /** All Java files of all modules; {@code tree} is {@code main}, {@code test}. */
  static List<Path> java(String tree) {
    return MODULES.stream()
        .map(module -> ROOT.resolve(module).resolve("src").resolve(tree).resolve("java"))
        .filter(Files::isDirectory)
        .flatMap(folder -> walk(folder, ".java"))
        .toList();
  }

  /** The Markdown files at the root and below docs. */
  static List<Path> documents() {
    try (Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(
              top.filter(file -> file.toString().endsWith(".md")),
              walk(ROOT.resolve("docs"), ".md"))
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static String name(Path file) {
    return ROOT.relativize(file).toString();
  }

  private static Stream<Path> walk(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).toList().stream();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
