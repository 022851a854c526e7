package io.sluice.compose.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shape of the code: pure packages stay pure, modules keep their edges, nothing goes round. */
class ArchitectureTest {
  private static final Pattern SAYS_PURE = Pattern.compile("\\bPure\\.");
  private static final String[] RIM = {
    "org.apache.kafka..",
    "io.netty..",
    "io.helidon..",
    "com.github.dockerjava..",
    "redis..",
    "com.influxdb..",
    "org.slf4j..",
    "java.net.http..",
    "java.nio.file..",
    "java.util.logging.."
  };
  private static final int PURE_PACKAGES_MIN = 12;
  private static final int PURE_CLASSES_MIN = 80;
  private static final int CLASSES_MIN = 200;

  private static JavaClasses classes = imported();

  @BeforeAll
  static void thereIsSomethingToLookAt() {
    assertThat(classes.size()).isGreaterThan(CLASSES_MIN);
  }

  @Test
  void nothingDependsOnTheLanguageOfTheMachine() {
    noClasses()
        .should()
        .callMethod(String.class, "toLowerCase")
        .orShould()
        .callMethod(String.class, "toUpperCase")
        .check(classes);
    // The others have the root locale from their process.
    noClasses()
        .that()
        .resideInAnyPackage("io.sluice.schemas..", "io.sluice.topology..")
        .should()
        .callMethod(String.class, "formatted", Object[].class)
        .orShould()
        .callMethod(String.class, "format", String.class, Object[].class)
        .check(classes);
  }

  @Test
  void purePackagesKnowNoInputNoOutputNoClockNoThreadAndNoChance() {
    Set<String> pure = purePackages();
    DescribedPredicate<JavaClass> inPure =
        describe("in a pure package", type -> pure.contains(type.getPackageName()));
    assertThat(pure).hasSizeGreaterThanOrEqualTo(PURE_PACKAGES_MIN);
    assertThat(classes.stream().filter(inPure)).hasSizeGreaterThanOrEqualTo(PURE_CLASSES_MIN);

    noClasses().that(inPure).should().dependOnClassesThat(resideInAnyPackage(RIM)).check(classes);
    noClasses()
        .that(inPure)
        .should()
        .dependOnClassesThat(
            describe(
                "clocks, threads or chance",
                type ->
                    type.isEquivalentTo(Clock.class)
                        || type.isEquivalentTo(Thread.class)
                        || type.isEquivalentTo(Random.class)
                        || type.isEquivalentTo(ThreadLocalRandom.class)))
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callMethod(Math.class, "random")
        .check(classes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"topology", "balancer", "gate", "provisioner", "app"})
  void aModuleKnowsTheSchemasAndNoOtherModule(String module) {
    String[] others =
        Sources.MODULES.stream()
            .filter(other -> !other.equals(module) && !other.equals("schemas"))
            .map(other -> "io.sluice." + other + "..")
            .toArray(String[]::new);

    noClasses()
        .that(resideInAPackage("io.sluice." + module + ".."))
        .should()
        .dependOnClassesThat(resideInAnyPackage(others))
        .check(classes);
  }

  @Test
  void theSchemasKnowNobody() {
    noClasses()
        .that(resideInAPackage("io.sluice.schemas.."))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.sluice..")
                .and(DescribedPredicate.not(resideInAPackage("io.sluice.schemas.."))))
        .check(classes);
  }

  @Test
  void packagesDoNotGoRoundInCircles() {
    slices().matching("io.sluice.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void namesSayWhatAThingIsAndNotThatItDoesThings() {
    noClasses().should().haveNameMatching(".*(Manager|Util|Utils|Helper|Impl)").check(classes);
  }

  private static Set<String> purePackages() {
    Set<String> pure = new TreeSet<>();
    for (Path file : Sources.java("main")) {
      if (file.endsWith("package-info.java") && SAYS_PURE.matcher(Sources.read(file)).find()) {
        List<String> lines = Sources.read(file).lines().toList();
        lines.stream()
            .filter(line -> line.startsWith("package "))
            .map(line -> line.substring("package ".length(), line.length() - 1))
            .forEach(pure::add);
      }
    }
    return pure;
  }

  private static JavaClasses imported() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages("io.sluice");
  }
}
