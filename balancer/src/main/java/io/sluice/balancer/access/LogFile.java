package io.sluice.balancer.access;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Where lines go: a file that may be moved away, or standard output. What can't be written is kept,
 * to the byte, and written first the next time, so that no line is cut in two by a disk that was
 * full. Belongs to one thread.
 */
final class LogFile implements AutoCloseable {
  private static final int KEPT_BYTES = 64 * 1024;
  private static final Object NOWHERE = new Object();

  private final Optional<Path> path;
  private WritableByteChannel out;
  private Object key;
  private ByteBuffer kept = ByteBuffer.allocate(KEPT_BYTES).flip();

  /** Whether the last byte that was written ended a line. */
  private boolean whole = true;

  /**
   * Opens it.
   *
   * @param path the file; empty: standard output
   * @throws IOException if it can't be opened
   */
  LogFile(Optional<Path> path) throws IOException {
    this.path = path;
    this.out = open();
    this.key = key();
  }

  private WritableByteChannel open() throws IOException {
    return path.isPresent()
        ? FileChannel.open(path.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
        : Channels.newChannel(new FileOutputStream(FileDescriptor.out));
  }

  /** What tells the file under this name from another one. */
  private Object key() throws IOException {
    if (path.isEmpty()) {
      return NOWHERE;
    }
    try {
      Object known = Files.readAttributes(path.get(), BasicFileAttributes.class).fileKey();
      return known == null ? NOWHERE : known;
    } catch (NoSuchFileException movedAway) {
      return NOWHERE;
    }
  }

  /**
   * Takes a line with its end; it leaves with {@link #flush} at the latest.
   *
   * @throws IOException if there is no room, since nothing can be written: it was not taken
   */
  void add(byte[] line) throws IOException {
    if (kept.capacity() - kept.limit() < line.length) {
      flush();
    }
    kept.compact();
    if (kept.remaining() < line.length) {
      kept = ByteBuffer.allocate(line.length);
    }
    kept.put(line).flip();
  }

  /**
   * Writes what was taken.
   *
   * @throws IOException if that is not possible; the rest is kept
   */
  void flush() throws IOException {
    while (kept.hasRemaining()) {
      int before = kept.position();
      try {
        int _ = out.write(kept);
      } finally {
        if (kept.position() > before) {
          whole = kept.get(kept.position() - 1) == '\n';
        }
      }
    }
  }

  /** Whether all that was taken has been written. */
  boolean written() {
    return !kept.hasRemaining();
  }

  /** Whether another file, or none, is now under this name. */
  boolean moved() throws IOException {
    return path.isPresent() && !key().equals(key);
  }

  /**
   * Opens the file under this name, which may be another one by now. What is left of a line whose
   * beginning went to the old one is dropped.
   *
   * @return whether a line was lost by that
   */
  boolean reopen() throws IOException {
    if (path.isEmpty()) {
      return false;
    }
    WritableByteChannel fresh = open();
    Object before = key;
    out.close();
    out = fresh;
    key = key();
    boolean torn = !whole && !key.equals(before);
    if (torn) {
      dropLine();
    }
    return torn;
  }

  private void dropLine() {
    boolean ended = false;
    while (!ended && kept.hasRemaining()) {
      ended = kept.get() == '\n';
    }
    whole = true;
  }

  @Override
  public void close() throws IOException {
    if (path.isPresent()) {
      out.close();
    }
  }
}
