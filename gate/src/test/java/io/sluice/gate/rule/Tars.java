package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Archives as others write and read them. */
public final class Tars {
  /** How it begins that an archive could not be read to its end. */
  static final String UNREADABLE = "unreadable: ";

  private Tars() {}

  /** A file of the fleet's, as it writes one, with what is to be different. */
  record Entry(String name, String content, Consumer<TarArchiveEntry> change) {
    static Entry of(String name, String content) {
      return new Entry(name, content, _ -> {});
    }
  }

  /** An archive with one file, as the fleet writes it. */
  public static byte[] usual() {
    return written(Entry.of("password", "hunter2"));
  }

  static byte[] written(Entry... entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      for (Entry each : entries) {
        byte[] content = each.content().getBytes(ISO_8859_1);
        TarArchiveEntry entry = new TarArchiveEntry(each.name(), true);
        entry.setSize(content.length);
        entry.setMode(0400);
        entry.setIds(1000, 33);
        each.change().accept(entry);
        tar.putArchiveEntry(entry);
        if (entry.getSize() > 0) {
          tar.write(content);
        }
        tar.closeArchiveEntry();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** What somebody else's reader finds in an archive that should not be there; empty: nothing. */
  public static List<String> outside(byte[] tar) {
    List<String> outside = new ArrayList<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.isFile()
            || entry.isLink()
            || entry.isSymbolicLink()
            || entry.isSparse()
            || !entry.getLinkName().isEmpty()
            || !entry.getExtraPaxHeaders().isEmpty()) {
          outside.add("no plain file: " + entry.getName());
        }
        if (!entry.getName().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
          outside.add("name " + entry.getName());
        }
        if (entry.getMode() != 0400 && entry.getMode() != 0444) {
          outside.add("mode " + Integer.toOctalString(entry.getMode()));
        }
        if (entry.getLongUserId() < 0
            || entry.getLongGroupId() < 0
            || entry.getSize() > 65_536
            || in.readAllBytes().length != entry.getSize()) {
          outside.add("owner or size of " + entry.getName());
        }
      }
    } catch (IOException | IllegalArgumentException unreadable) {
      outside.add(UNREADABLE + unreadable);
    }
    return outside;
  }
}
