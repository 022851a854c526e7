package io.sluice.compose.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Habits that a compiler does not know. */
class TidyTest {
  private static final int FILE_LINES_MAX = 500;
  private static final int METHOD_LINES_MAX = 40;
  private static final int PARAMETERS_MAX = 5;
  private static final int FILES_MIN = 100;
  private static final Pattern LEFT_FOR_LATER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#\\s]+)");
  private static final Pattern SUPPRESSION = Pattern.compile("^\\s*@SuppressWarnings");

  @Test
  void noFileIsLongerThanAReaderCanHold() {
    List<String> long_ = new ArrayList<>();
    for (Path file : all()) {
      long lines = Sources.read(file).lines().count();
      if (lines > FILE_LINES_MAX) {
        long_.add(Sources.name(file) + " has " + lines + " lines");
      }
    }

    assertThat(long_).isEmpty();
    assertThat(all()).hasSizeGreaterThan(FILES_MIN);
  }

  @Test
  void noMethodIsLongerThanAScreenOrTakesMoreThanFiveParameters() throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(all()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new MethodScanner(unit, positions, found).scan(unit, null);
      }
    }

    assertThat(found).isEmpty();
  }

  @Test
  void everyPackageSaysWhatItIsAndIsNullMarked() throws IOException {
    List<String> silent = new ArrayList<>();
    Set<Path> folders =
        Sources.java("main").stream()
            .map(Path::getParent)
            .collect(Collectors.toCollection(TreeSet::new));
    for (Path folder : folders) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info)) {
        silent.add(Sources.name(folder) + " has no package-info.java");
      } else if (!Files.readString(info).contains("@NullMarked")
          || !Files.readString(info).matches("(?s).*\\b([Pp]ure|[Nn]ot pure)\\b.*")) {
        silent.add(Sources.name(info) + " lacks @NullMarked, or does not say whether it is pure");
      }
    }

    assertThat(silent).isEmpty();
    assertThat(folders).hasSizeGreaterThan(20);
  }

  @Test
  void nothingIsLeftForLaterAndNoTestIsSwitchedOff() {
    List<String> found = new ArrayList<>();
    for (Path file : all()) {
      if (file.endsWith("TidyTest.java")) {
        continue;
      }
      String source = Sources.read(file);
      if (LEFT_FOR_LATER.matcher(source).find() || source.contains("@Disabled")) {
        found.add(Sources.name(file));
      }
      if (file.toString().contains("/test/") && source.contains("Thread.sleep(")) {
        found.add(Sources.name(file) + " sleeps where it should await");
      }
    }

    assertThat(found).isEmpty();
  }

  @Test
  void everySuppressionHasItsReasonAboveIt() {
    List<String> bare = new ArrayList<>();
    for (Path file : Sources.java("main")) {
      List<String> lines = Sources.read(file).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (SUPPRESSION.matcher(lines.get(i)).find()
            && !lines.get(i).contains("//")
            && !(i > 0 && lines.get(i - 1).strip().startsWith("//"))) {
          bare.add(Sources.name(file) + ":" + (i + 1));
        }
      }
    }

    assertThat(bare).isEmpty();
  }

  @Test
  void everyLinkInTheDocumentsLeadsToAFile() {
    List<String> broken = new ArrayList<>();
    for (Path document : Sources.documents()) {
      Matcher links = LINK.matcher(Sources.read(document));
      while (links.find()) {
        if (!Files.exists(document.resolveSibling(links.group(1)))) {
          broken.add(Sources.name(document) + " -> " + links.group(1));
        }
      }
    }

    assertThat(broken).isEmpty();
    assertThat(Sources.documents()).isNotEmpty();
  }

  private static List<Path> all() {
    return Stream.concat(Sources.java("main").stream(), Sources.java("test").stream()).toList();
  }

  /** Finds methods that are too long or take too much. */
  private static final class MethodScanner extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    MethodScanner(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      LineMap lines = unit.getLineMap();
      long start = positions.getStartPosition(unit, method);
      long end = positions.getEndPosition(unit, method);
      if (start >= 0 && end >= 0) {
        long length = lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
        String place = unit.getSourceFile().getName() + ": " + method.getName();
        if (length > METHOD_LINES_MAX) {
          found.add(place + " has " + length + " lines");
        }
        // What reads a record from JSON mirrors the record's constructor, and what overrides has
        // the
        // signature of what is judged where it is declared, or is not ours.
        String modifiers = method.getModifiers().toString();
        boolean given =
            method.getName().contentEquals("<init>")
                || modifiers.contains("@JsonCreator")
                || modifiers.contains("@Override");
        if (!given && method.getParameters().size() > PARAMETERS_MAX) {
          found.add(place + " takes " + method.getParameters().size() + " parameters");
        }
      }
      return super.visitMethod(method, null);
    }
  }
}
