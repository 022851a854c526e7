package io.sluice.provisioner.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.provisioner.fleet.WholeFile;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Collections;
import java.util.Set;

/**
 * A file of keys, of which the primary one seals and all unseal: Tink's AEAD (AES-256-GCM), with
 * the secret's name and version as associated data, so that no sealed value can be put in the place
 * of another. The file is read anew each time, so that new keys need no restart.
 *
 * @param path the file, a Tink key set as JSON, which nobody but the monitors may read
 */
public record KeyFile(Path path) implements Vault {
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  /**
   * Makes a file with one new key.
   *
   * @throws SecretException if it is there already, or can't be written
   */
  public static KeyFile create(Path path) {
    try {
      AeadConfig.register();
      KeysetHandle keys =
          KeysetHandle.newBuilder()
              .addEntry(
                  KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                      .withRandomId()
                      .makePrimary())
              .build();
      if (isEmpty(path)) {
        WholeFile.replace(path, bytes(keys));
      } else {
        WholeFile.create(path, bytes(keys));
      }
      return new KeyFile(path);
    } catch (FileAlreadyExistsException there) {
      throw new SecretException(
          "file of keys %s: is there already, and what was sealed under it would be lost: expected a path"
                  .formatted(path)
              + " where nothing is, or sluice secret keys rotate",
          there);
    } catch (IOException | GeneralSecurityException failed) {
      throw new SecretException(
          "file of keys %s can't be made: %s".formatted(path, failed), failed);
    }
  }

  /**
   * Adds a new key that seals from now on; those that there are unseal as before.
   *
   * @return how many there are now
   * @throws SecretException if the file can't be read or written
   */
  public int rotate() {
    try (FileChannel _ = lock()) {
      KeysetHandle keys = keys();
      KeysetHandle more =
          KeysetHandle.newBuilder(keys)
              .addEntry(
                  KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                      .withRandomId()
                      .makePrimary())
              .build();
      WholeFile.replace(path, bytes(more));
      return more.size();
    } catch (IOException | GeneralSecurityException failed) {
      throw new SecretException(
          "file of keys %s can't be changed: %s".formatted(path, failed), failed);
    }
  }

  /**
   * Checks that it can be used.
   *
   * @throws SecretException if not
   */
  public void require() {
    var _ = keys();
  }

  @Override
  public String seal(SecretVersion secret, SecretValue value) {
    try {
      byte[] sealed = aead().encrypt(value.bytes(), associated(secret));
      return Base64.getEncoder().encodeToString(sealed);
    } catch (GeneralSecurityException failed) {
      throw new SecretException("secret %s can't be sealed".formatted(secret.name()), failed);
    }
  }

  @Override
  public SecretValue open(SealedSecret secret) {
    Aead aead = aead();
    try {
      byte[] sealed = Base64.getDecoder().decode(secret.sealed());
      return new SecretValue(aead.decrypt(sealed, associated(secret.id())));
    } catch (GeneralSecurityException failed) {
      throw new SecretException(
          ("secret %s of version %d can't be unsealed: none of the keys in %s is the one that it was"
                  + " sealed under")
              .formatted(secret.name(), secret.version(), path),
          failed);
    }
  }

  private Aead aead() {
    KeysetHandle keys = keys();
    try {
      return keys.getPrimitive(RegistryConfiguration.get(), Aead.class);
    } catch (GeneralSecurityException failed) {
      throw new SecretException(
          "file of keys %s: expected keys that seal, as sluice secret keys create makes them"
              .formatted(path),
          failed);
    }
  }

  private KeysetHandle keys() {
    try {
      AeadConfig.register();
      if (!Collections.disjoint(Files.getPosixFilePermissions(path), OTHERS)) {
        throw new SecretException(
            "file of keys %s: others may read it: expected it to be its owner's alone, chmod 600"
                .formatted(path));
      }
      return TinkJsonProtoKeysetFormat.parseKeyset(
          Files.readString(path), InsecureSecretKeyAccess.get());
    } catch (IOException missing) {
      throw new SecretException(
          ("file of keys %s can't be read (%s): expected the file that sluice secret keys create made;"
                  + " what was sealed under one that is lost has to be set anew")
              .formatted(path, missing.getClass().getSimpleName()),
          missing);
    } catch (GeneralSecurityException malformed) {
      throw new SecretException(
          "file of keys %s: expected a Tink key set as sluice secret keys create makes it"
              .formatted(path),
          malformed);
    }
  }

  private static byte[] bytes(KeysetHandle keys) throws GeneralSecurityException {
    String text = TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get());
    return (text + "\n").getBytes(UTF_8);
  }

  /**
   * Whether there is a file without any key, which is what is left of one that was being made when
   * its machine stopped: nothing can be sealed under it.
   */
  public static boolean isEmpty(Path path) throws IOException {
    return Files.isRegularFile(path) && Files.size(path) == 0;
  }

  /** Nobody else adds a key meanwhile, which the later of the two would drop. */
  private FileChannel lock() throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (channel.tryLock() == null) {
        throw new IOException("somebody else is changing it");
      }
      locked = true;
      return channel;
    } catch (OverlappingFileLockException inThisProcess) {
      throw new IOException("somebody else is changing it", inThisProcess);
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static byte[] associated(SecretVersion secret) {
    return ("sluice secret " + secret).getBytes(UTF_8);
  }
}
