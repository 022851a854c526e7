package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.provisioner.fleet.ServerSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The files of a container's secrets, as an engine takes them: a tar whose files belong to the
 * container's user and are readable by nobody else, where its template says by number who that is.
 * Who an image's own user is, or one that is called by a name, is known within the container only:
 * then everybody within it may read them, as in a swarm.
 *
 * @param files what is in each, by name
 * @param owner whose they are
 */
record SecretFiles(SortedMap<String, SecretValue> files, Owner owner) {
  private static final int OF_ONE = 0400;
  private static final int OF_ALL = 0444;
  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,9})(?::([0-9]{1,9}))?");
  private static final Pattern ROOT = Pattern.compile("root(?::root)?");

  /**
   * Whose files are.
   *
   * @param user the user's number
   * @param group the group's number
   * @param mode who may read them
   */
  record Owner(int user, int group, int mode) {}

  SecretFiles {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  static SecretFiles of(ServerSpec spec) {
    return new SecretFiles(
        spec.secretFiles(), owner(spec.template().container().process().user().orElse("")));
  }

  private static Owner owner(String user) {
    Matcher numbers = NUMBERS.matcher(user);
    if (numbers.matches()) {
      String group = numbers.group(2) == null ? "0" : numbers.group(2);
      return new Owner(Integer.parseInt(numbers.group(1)), Integer.parseInt(group), OF_ONE);
    }
    return new Owner(0, 0, ROOT.matcher(user).matches() ? OF_ONE : OF_ALL);
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  byte[] tar() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      // Otherwise a user above 2097151 could not be said.
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
      for (Map.Entry<String, SecretValue> file : files.entrySet()) {
        byte[] value = file.getValue().bytes();
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(value.length);
        entry.setMode(owner.mode());
        entry.setIds(owner.user(), owner.group());
        tar.putArchiveEntry(entry);
        tar.write(value);
        tar.closeArchiveEntry();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
