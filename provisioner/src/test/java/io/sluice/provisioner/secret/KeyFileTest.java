package io.sluice.provisioner.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
  private static final SecretVersion THIRD = SecretVersion.of("db-password/3");
  private static final SecretValue VALUE = new SecretValue("hunter2".getBytes(UTF_8));

  @TempDir private Path folder;

  @Test
  void whatWasSealedIsUnsealedAndNothingOfItIsToBeSeen() {
    KeyFile keys = KeyFile.create(folder.resolve("keys"));

    SealedSecret sealed = sealed(THIRD, keys.seal(THIRD, VALUE));

    assertThat(sealed.toString()).doesNotContain("hunter2");
    assertThat(VALUE).hasToString("(secret)");
    assertThat(keys.open(sealed)).isEqualTo(VALUE);
    assertThat(keys.seal(THIRD, VALUE)).isNotEqualTo(sealed.sealed());
  }

  @Test
  void aSealedValueCanNotBePutInThePlaceOfAnother() {
    KeyFile keys = KeyFile.create(folder.resolve("keys"));
    String sealed = keys.seal(THIRD, VALUE);

    for (String other : new String[] {"db-password/2", "db-password/33", "token/3"}) {
      assertThatThrownBy(() -> keys.open(sealed(SecretVersion.of(other), sealed)))
          .isInstanceOf(SecretException.class);
    }
  }

  @Test
  void aNewKeySealsAndTheOlderOnesGoOnUnsealing() throws IOException {
    Path file = folder.resolve("keys");
    KeyFile keys = KeyFile.create(file);
    SealedSecret before = sealed(THIRD, keys.seal(THIRD, VALUE));
    Path old = Files.copy(file, folder.resolve("old"));
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-------"));

    assertThat(keys.rotate()).isEqualTo(2);

    SealedSecret after = sealed(THIRD, keys.seal(THIRD, VALUE));
    assertThat(keys.open(before)).isEqualTo(VALUE);
    assertThat(keys.open(after)).isEqualTo(VALUE);
    assertThat(new KeyFile(old).open(before)).isEqualTo(VALUE);
    assertThatThrownBy(() -> new KeyFile(old).open(after))
        .isInstanceOf(SecretException.class)
        .hasMessage(
            "secret db-password of version 3 can't be unsealed: none of the keys in %s is the one that"
                    .formatted(old)
                + " it was sealed under");
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    Path file = folder.resolve("keys");
    KeyFile keys = KeyFile.create(file);
    keys.rotate();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(keys::require)
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("others may read it: expected it to be its owner's alone, chmod 600");
  }

  @Test
  void whatIsLeftOfOneThatWasBeingMadeIsMadeAnew() throws IOException {
    Path file =
        Files.createFile(
            folder.resolve("keys"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertThat(KeyFile.isEmpty(file)).isTrue();

    KeyFile keys = KeyFile.create(file);

    assertThat(keys.open(sealed(THIRD, keys.seal(THIRD, VALUE)))).isEqualTo(VALUE);
    assertThat(KeyFile.isEmpty(file)).isFalse();
  }

  @Test
  void nobodyAddsAKeyWhileAnotherDoes() throws IOException {
    Path file = folder.resolve("keys");
    KeyFile keys = KeyFile.create(file);

    try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var _ = other.lock();
      assertThatThrownBy(keys::rotate)
          .isInstanceOf(SecretException.class)
          .hasMessageContaining("somebody else is changing it");
    }
    assertThat(keys.rotate()).isEqualTo(2);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void keysThatAreThereAreNotMadeAnew() {
    Path file = folder.resolve("keys");
    KeyFile.create(file);

    assertThatThrownBy(() -> KeyFile.create(file))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("is there already, and what was sealed under it would be lost");
  }

  @Test
  void aFileThatIsLostOrIsNoneIsSaidToBeSo() throws IOException {
    Path file = folder.resolve("keys");
    assertThatThrownBy(() -> new KeyFile(file).seal(THIRD, VALUE))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("can't be read (NoSuchFileException)");

    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, "no keys");
    assertThatThrownBy(() -> new KeyFile(file).seal(THIRD, VALUE))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("expected a Tink key set");
    assertThatThrownBy(() -> Vault.NONE.seal(THIRD, VALUE))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("expected secrets.keys in this monitor's configuration");
  }

  private static SealedSecret sealed(SecretVersion id, String sealed) {
    return new SealedSecret(
        new SecretName(id.name().value()), id.version(), Instant.EPOCH, new Actor("eva"), sealed);
  }
}
