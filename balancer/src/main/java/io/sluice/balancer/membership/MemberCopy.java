package io.sluice.balancer.membership;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The membership on disk: one file, always whole, since a new one takes the place of the old. */
public final class MemberCopy {
  private static final Logger LOG = LoggerFactory.getLogger(MemberCopy.class);

  private static final String PREFIX = "membership-";
  private static final String SUFFIX = ".json";

  private final Path file;

  /** The copy of this zone's membership in this directory, which is made if need be. */
  public MemberCopy(Path directory, ZoneId zone) {
    this.file = directory.resolve(PREFIX + zone + SUFFIX);
  }

  /** The zones of which there are copies in the directory. */
  public static SortedSet<ZoneId> zonesIn(Path directory) {
    SortedSet<ZoneId> zones = new TreeSet<>();
    if (!Files.isDirectory(directory)) {
      return zones;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        zones.add(new ZoneId(name.substring(PREFIX.length(), name.length() - SUFFIX.length())));
      }
      return zones;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("copies of memberships in " + directory, unreadable);
    }
  }

  /** The members of the last copy; empty if there is none that can be read. */
  public Optional<List<Member>> load() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Json.mapper().readValue(Files.readAllBytes(file), new TypeReference<>() {}));
    } catch (JsonProcessingException malformed) {
      LOG.warn("copy of the membership in {} is not used: {}", file, malformed.getMessage());
      return Optional.empty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("copy of the membership in " + file, unreadable);
    }
  }

  /** Replaces the copy. */
  public void save(Collection<Member> members) {
    // While a successor takes over, two processes write.
    Path next = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      ByteBuffer bytes = ByteBuffer.wrap(Json.mapper().writeValueAsBytes(members));
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException("copy of the membership in " + file, failed);
    }
  }
}
