package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** What a fuzzer tries on bodies that create containers: the same, behind a head that passes. */
public final class ContainerFuzz {
  private ContainerFuzz() {}

  /** The fuzzer's way in. */
  public static void fuzzerTestOneInput(byte[] data) {
    String head =
        "POST /containers/create?name=blue-zone1-1 HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + data.length
            + "\r\n\r\n";
    byte[] begin = head.getBytes(ISO_8859_1);
    byte[] request = Arrays.copyOf(begin, begin.length + data.length);
    System.arraycopy(data, 0, request, begin.length, data.length);
    RequestFuzz.fuzzerTestOneInput(request);
  }
}
