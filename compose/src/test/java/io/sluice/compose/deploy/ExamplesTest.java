package io.sluice.compose.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Compose files that users begin with, read as {@code sluice deploy} reads them. */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("examples");
  private static final Map<String, String> VARIABLES =
      Map.of("SHOP_IMAGE", "shop:1", "DB_HOST", "10.0.0.5");

  @Test
  void everyOneOfThemCanBeDeployed() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      List<Path> all =
          files.filter(file -> file.getFileName().toString().equals("compose.yml")).toList();

      assertThat(all).hasSize(2);
      for (Path file : all) {
        assertThat(read(file).deployments()).as("%s", file).isNotEmpty();
      }
    }
  }

  @Test
  void aStockNginxServesPagesOfAVolumeAndSleeps() throws IOException {
    Deployment pages = only("nginx-with-a-volume");

    assertThat(pages.zone()).isEqualTo(new ZoneId("pages"));
    assertThat(pages.template().image()).isEqualTo("nginx:1.27");
    assertThat(pages.template().container().storage().volumes())
        .extracting(Object::toString)
        .singleElement()
        .asString()
        .contains("pages", "/usr/share/nginx/html");
    assertThat(pages.policy().orElseThrow().min()).isZero();
    assertThat(pages.policy().orElseThrow().rules())
        .hasAtLeastOneElementOfType(ScalingRule.Idle.class);
  }

  @Test
  void aWebApplicationHasItsPasswordAsAFileAndNoMoreServersThanTheDatabaseBears()
      throws IOException {
    Deployment shop = only("web-with-a-database");

    assertThat(shop.template().secrets())
        .containsExactly(SecretUse.asFile(new SecretName("db-password"), "db-password"));
    assertThat(shop.template().environment())
        .containsEntry("DB_PASSWORD_FILE", "/run/secrets/db-password")
        .containsEntry("DB_HOST", "10.0.0.5");
    assertThat(shop.template().health()).isEqualTo(Health.Http.of("/healthz"));
    assertThat(shop.policy().orElseThrow().max()).isEqualTo(8);
  }

  private static Deployment only(String example) throws IOException {
    List<Deployment> all = read(EXAMPLES.resolve(example).resolve("compose.yml")).deployments();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static ComposeFile read(Path file) throws IOException {
    return ComposeFile.read(
        file.toString(),
        Files.readString(file),
        new ComposeFile.Surroundings(
            VARIABLES,
            new ComposeFile.Files() {
              @Override
              public Optional<String> text(String path) {
                return path.equals("./db-password") ? Optional.of("geheim") : Optional.empty();
              }

              @Override
              public String absolute(String path) {
                return "/srv/" + path;
              }
            }));
  }
}
