package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.schemas.secret.SecretUse;
import io.sluice.schemas.vault.SealedSecret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of secrets as a tar: plain files with names of their own, one header of POSIX each. Links,
 * directories, long names and everything else that a tar can say can't be said here, so an engine
 * that unpacks what is written here has nothing else to do.
 *
 * <pre>
 *   0 name  100 mode  108 user  116 group  124 size  136 time  148 sum  156 type
 *   157 link  257 magic  265 names of user and group  329 device  345 prefix  500
 * </pre>
 */
public final class FilesTar {
  private static final int BLOCK = 512;
  private static final int FILES_MAX = 64;
  private static final int NAME_BYTES = 100;
  private static final int OF_ONE = 0400;
  private static final int OF_ALL = 0444;
  private static final int SUM_AT = 148;
  private static final int SUM_BYTES = 8;
  private static final byte PLAIN_FILE = '0';
  private static final String MAGIC = "ustar\00000";

  /** Higher numbers than seven octal digits are written in binary, after this. */
  private static final int BINARY = 0x80;

  private static final int OCTAL_MAX = 07777777;
  private static final Pattern OCTAL = Pattern.compile("([0-7]{1,11})[ \\x00]*");

  private final byte[] tar;
  private final Problems problems;
  private final List<SecretFile> files = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private FilesTar(byte[] tar, Problems problems) {
    this.tar = tar;
    this.problems = problems;
  }

  /** Reads a tar; what it is not allowed to say is noted. */
  static List<SecretFile> read(byte[] tar, Problems problems) {
    FilesTar read = new FilesTar(tar, problems);
    read.all();
    if (problems.isEmpty() && read.files.isEmpty()) {
      problems.add("the archive", "(empty)", "a file");
    }
    return read.files;
  }

  /** Stops at the first thing that is wrong: what follows it could be anything. */
  private void all() {
    int at = 0;
    while (problems.isEmpty() && at + BLOCK <= tar.length && !zeros(at, at + BLOCK)) {
      at = file(at);
    }
    if (problems.isEmpty() && (at + BLOCK > tar.length || !zeros(at, tar.length))) {
      refuse("end", "at byte " + at, "zeros behind the last file, and nothing else");
    }
  }

  /** Reads a file; where the next one begins. */
  private int file(int at) {
    String name = text(at, NAME_BYTES);
    if (sum(at) != number(at, SUM_AT, SUM_BYTES).orElse(-1)) {
      refuse("header", "at byte " + at, "its checksum");
    } else if (!text(at + 257, 8, false).equals(MAGIC)) {
      refuse("header", "at byte " + at, "one of POSIX");
    } else if (tar[at + 156] != PLAIN_FILE
        || !zeros(at + 157, at + 257)
        || !zeros(at + 345, at + 500)) {
      refuse("entry", "'%s'".formatted(name), "a plain file");
    }
    int size = number(at, 124, 12).orElse(-1);
    if (size < 0 || size > SealedSecret.VALUE_BYTES_MAX || size > tar.length - at - BLOCK) {
      refuse("size of " + name, Integer.toString(size), "that of a secret, and all of it there");
    }
    if (problems.isEmpty()) {
      access(at, name)
          .ifPresent(access ->
              add(
                  new SecretFile(
                      name, access, Arrays.copyOfRange(tar, at + BLOCK, at + BLOCK + size))));
    }
    return at + BLOCK + padded(Math.max(size, 0));
  }

  private void add(SecretFile file) {
    try {
      SecretUse.requireFile(file.name());
    } catch (IllegalArgumentException malformed) {
      refuse(
          "file",
          "'%s'".formatted(file.name()),
          "a name of letters, digits, '-', '_' and '.', without a directory");
    }
    if (!names.add(file.name())) {
      refuse("file", "'%s'".formatted(file.name()), "once");
    }
    if (files.size() >= FILES_MAX) {
      refuse("file", "'%s'".formatted(file.name()), "%d files at most".formatted(FILES_MAX));
    }
    files.add(file);
  }

  private Optional<SecretFile.Access> access(int at, String name) {
    int mode = number(at, 100, 8).orElse(-1);
    int user = number(at, 108, 8).orElse(-1);
    int group = number(at, 116, 8).orElse(-1);
    if (mode != OF_ONE && mode != OF_ALL) {
      refuse("mode of " + name, Integer.toOctalString(mode), "400 or 444");
    }
    if (user < 0 || group < 0) {
      refuse("owner of " + name, "%d:%d".formatted(user, group), "the numbers of user and group");
    }
    return problems.isEmpty()
        ? Optional.of(new SecretFile.Access(mode, user, group))
        : Optional.empty();
  }

  private void refuse(String where, String value, String expected) {
    problems.add("the archive's " + where, value, expected);
  }

  /** A text up to its end, behind which there is nothing. */
  private String text(int at, int length) {
    return text(at, length, true);
  }

  private String text(int at, int length, boolean trimmed) {
    String whole = new String(tar, at, length, ISO_8859_1);
    return trimmed ? whole.replaceFirst("\\x00+\\z", "") : whole;
  }

  /** A number of a header that an {@code int} can hold; empty: there is none. */
  private Optional<Integer> number(int header, int offset, int length) {
    int at = header + offset;
    if ((tar[at] & 0xff) == BINARY) {
      long value = 0;
      for (int i = at + 1; i < at + length; i++) {
        if (value > Integer.MAX_VALUE) {
          return Optional.empty();
        }
        value = value << 8 | (tar[i] & 0xff);
      }
      return Optional.of(value).filter(FilesTar::isInt).map(Long::intValue);
    }
    Matcher octal = OCTAL.matcher(text(at, length, false));
    return octal.matches()
        ? Optional.of(Long.parseLong(octal.group(1), 8)).filter(FilesTar::isInt).map(Long::intValue)
        : Optional.empty();
  }

  private static boolean isInt(long value) {
    return value <= Integer.MAX_VALUE;
  }

  private int sum(int at) {
    return sum(tar, at);
  }

  /** The sum of a header's bytes, as if its own field were blank. */
  private static int sum(byte[] tar, int at) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= SUM_AT && i < SUM_AT + SUM_BYTES ? ' ' : tar[at + i] & 0xff;
    }
    return sum;
  }

  private boolean zeros(int from, int to) {
    for (int i = from; i < to; i++) {
      if (tar[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static int padded(int size) {
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Writes files, from what is known of them and nothing else. */
  public static byte[] write(List<SecretFile> files) {
    int length = files.stream().mapToInt(file -> BLOCK + padded(file.size())).sum();
    // Two empty blocks are the end.
    byte[] tar = new byte[length + 2 * BLOCK];
    int at = 0;
    for (SecretFile file : files) {
      put(tar, at, file.name());
      put(tar, at + 100, "%07o".formatted(file.access().mode()));
      owner(tar, at + 108, file.access().user());
      owner(tar, at + 116, file.access().group());
      put(tar, at + 124, "%011o".formatted(file.size()));
      put(tar, at + 136, "%011o".formatted(0));
      tar[at + 156] = PLAIN_FILE;
      put(tar, at + 257, MAGIC);
      put(tar, at + SUM_AT, "%06o\0 ".formatted(sum(tar, at)));
      file.copyTo(tar, at + BLOCK);
      at += BLOCK + padded(file.size());
    }
    return tar;
  }

  private static void owner(byte[] tar, int at, int number) {
    if (number <= OCTAL_MAX) {
      put(tar, at, "%07o".formatted(number));
      return;
    }
    tar[at] = (byte) BINARY;
    for (int i = 0; i < Integer.BYTES; i++) {
      tar[at + 7 - i] = (byte) (number >>> (8 * i));
    }
  }

  private static void put(byte[] tar, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, tar, at, bytes.length);
  }
}
