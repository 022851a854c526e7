package io.sluice.provisioner.gate;

import io.sluice.provisioner.gate.Head.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** What comes after the head of a request, read to its end before anything is done. */
final class Body {
  /** A container with a long environment has some kilobytes. */
  private static final int BYTES_MAX = 1024 * 1024;

  private static final int RADIX = 16;
  private static final int LINE_MAX = 256;

  private Body() {}

  static byte[] read(Head head, InputStream in) throws IOException {
    String length = head.field("content-length");
    String coding = head.field("transfer-encoding");
    if (!coding.isEmpty()) {
      if (!length.isEmpty() || !"chunked".equalsIgnoreCase(coding)) {
        throw new MalformedException("transfer-encoding '%s'".formatted(coding));
      }
      return chunked(in);
    }
    if (length.isEmpty()) {
      return new byte[0];
    }
    if (!length.matches("[0-9]{1,7}")) {
      throw new MalformedException("content-length '%s'".formatted(length));
    }
    return exactly(in, Integer.parseInt(length), BYTES_MAX);
  }

  private static byte[] chunked(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      String size = Head.line(in, LINE_MAX);
      if (!size.matches("[0-9A-Fa-f]{1,6}")) {
        throw new MalformedException("size of a chunk '%s'".formatted(size));
      }
      byte[] chunk = exactly(in, Integer.parseInt(size, RADIX), BYTES_MAX - body.size());
      body.writeBytes(chunk);
      if (!Head.line(in, LINE_MAX).isEmpty()) {
        // After the last chunk: trailers, which nobody here sends.
        throw new MalformedException("a chunk that does not end");
      }
      if (chunk.length == 0) {
        return body.toByteArray();
      }
    }
  }

  private static byte[] exactly(InputStream in, int length, int bytesMax) throws IOException {
    if (length > bytesMax) {
      throw new MalformedException("a body of more than %d bytes".formatted(BYTES_MAX));
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new MalformedException("a body that breaks off");
    }
    return bytes;
  }
}
