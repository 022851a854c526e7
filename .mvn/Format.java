import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks or writes the layout of every Java source of the project with google-java-format. */
final class Format {
  private Format() {}

  /** Takes {@code check} or {@code write}, and the project's root. */
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    // On all processors: it is most of what a build without changes does.
    List<Path> differing =
        sources(root).parallelStream()
            .filter(source -> differs(source, write))
            .map(root::relativize)
            .sorted()
            .toList();
    for (Path path : differing) {
      System.out.println((write ? "formatted " : "not formatted: ") + path);
    }
    if (!differing.isEmpty() && !write) {
      System.out.println("Run ./mvnw -N validate -Dformat=write to put the layout in order.");
      System.exit(1);
    }
  }

  private static boolean differs(Path source, boolean write) {
    try {
      String before = Files.readString(source);
      String after = formatted(before, source);
      boolean differs = !after.equals(before);
      if (differs && write) {
        Files.writeString(source, after);
      }
      return differs;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String formatted(String source, Path path) {
    try {
      String ordered = ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE);
      return new Formatter().formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
    } catch (com.google.googlejavaformat.java.FormatterException notJava) {
      throw new IllegalStateException(path + ": " + notJava.getMessage(), notJava);
    }
  }

  private static List<Path> sources(Path root) throws Exception {
    List<Path> sources = new ArrayList<>();
    try (var modules = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path module : modules) {
        Path tree = module.resolve("src");
        if (Files.isDirectory(tree)) {
          try (var files = Files.walk(tree)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
