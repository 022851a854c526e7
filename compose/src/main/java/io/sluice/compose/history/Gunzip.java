package io.sluice.compose.history;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Reads a file that was compressed with gzip, one member to the last byte. The JDK's own stream
 * passes over what follows the compressed data; here that is an error, since an archive that has
 * more than it should was tampered with.
 */
final class Gunzip extends InflaterInputStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int TIME_AND_SYSTEM_BYTES = 6;

  private final CRC32 sum = new CRC32();
  private boolean ended;

  /**
   * Reads the header.
   *
   * @throws IOException if there is none
   */
  Gunzip(InputStream compressed) throws IOException {
    super(compressed, new Inflater(true), BUFFER_BYTES);
    readHeader();
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (ended) {
      return -1;
    }
    int count;
    try {
      count = super.read(bytes, from, length);
    } catch (EOFException early) {
      throw cutOff(early);
    }
    if (count > 0) {
      sum.update(bytes, from, count);
    } else if (count < 0) {
      ended = true;
      readTrailer();
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    inf.end();
    super.close();
  }

  private void readHeader() throws IOException {
    try {
      if (twoBytes(in) != MAGIC || oneByte(in) != DEFLATE) {
        throw new ZipException("is not compressed with gzip: expected an archive of history");
      }
      int flags = oneByte(in);
      in.skipNBytes(TIME_AND_SYSTEM_BYTES);
      if ((flags & FLAG_EXTRA) != 0) {
        in.skipNBytes(twoBytes(in));
      }
      skipText((flags & FLAG_NAME) != 0);
      skipText((flags & FLAG_COMMENT) != 0);
      if ((flags & FLAG_HEADER_CRC) != 0) {
        in.skipNBytes(2);
      }
    } catch (EOFException tooShort) {
      throw new ZipException("is not compressed with gzip: expected an archive of history");
    }
  }

  private void skipText(boolean there) throws IOException {
    int read = there ? oneByte(in) : 0;
    while (read != 0) {
      read = oneByte(in);
    }
  }

  private void readTrailer() throws IOException {
    int left = inf.getRemaining();
    InputStream rest = new SequenceInputStream(new ByteArrayInputStream(buf, len - left, left), in);
    try {
      long expected = twoBytes(rest) | (long) twoBytes(rest) << 16;
      rest.skipNBytes(4);
      if (expected != sum.getValue()) {
        throw new ZipException(
            "gzip's checksum is %08x, expected %08x".formatted(expected, sum.getValue()));
      }
    } catch (EOFException early) {
      throw cutOff(early);
    }
    if (rest.read() >= 0) {
      throw new ZipException("more bytes follow the compressed data: expected the file to end");
    }
  }

  private static IOException cutOff(EOFException early) {
    IOException failure = new IOException("the file is cut off: expected more compressed data");
    failure.initCause(early);
    return failure;
  }

  private static int twoBytes(InputStream in) throws IOException {
    int low = oneByte(in);
    return low | oneByte(in) << 8;
  }

  private static int oneByte(InputStream in) throws IOException {
    int read = in.read();
    if (read < 0) {
      throw new EOFException();
    }
    return read;
  }
}
