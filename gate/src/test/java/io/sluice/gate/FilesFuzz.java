package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** What a fuzzer tries on archives of secrets: the same, behind a head that passes. */
public final class FilesFuzz {
  private FilesFuzz() {}

  /** The fuzzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    String head =
        "PUT /containers/blue-zone1-1/archive?path=/run/secrets HTTP/1.1\r\nHost: x\r\n"
            + "Content-Length: "
            + data.length
            + "\r\n\r\n";
    byte[] begin = head.getBytes(ISO_8859_1);
    byte[] request = Arrays.copyOf(begin, begin.length + data.length);
    byte[] tar = summed(data);
    System.arraycopy(tar, 0, request, begin.length, tar.length);
    RequestFuzz.fuzzerTestOneInput(request);
  }

  /** With the first header's sum put right, which a fuzzer would seldom find. */
  private static byte[] summed(byte[] data) {
    byte[] tar = data.clone();
    if (tar.length >= 512) {
      int sum = 0;
      for (int i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? ' ' : tar[i] & 0xff;
      }
      byte[] text = "%06o\0 ".formatted(sum).getBytes(ISO_8859_1);
      System.arraycopy(text, 0, tar, 148, text.length);
    }
    return tar;
  }
}
