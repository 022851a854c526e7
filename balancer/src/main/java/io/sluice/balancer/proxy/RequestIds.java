package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/** Names for requests that come without one; belongs to one loop. */
final class RequestIds {
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private final SplittableRandom random;
  private final byte[] id = new byte[32];

  RequestIds(SplittableRandom random) {
    this.random = random;
  }

  /** 128 random bits in hexadecimal; valid until the next call. */
  byte[] next() {
    for (int half = 0; half < 2; half++) {
      long bits = random.nextLong();
      for (int i = 0; i < 16; i++) {
        id[half * 16 + i] = HEX[(int) (bits >>> (4 * i)) & 15];
      }
    }
    return id;
  }
}
