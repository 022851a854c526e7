package io.sluice.balancer.http;

/**
 * How large a head may be.
 *
 * @param requestLineMaxBytes length of the first line without its CRLF, 16 to {@code headMaxBytes}
 * @param headMaxBytes length of the whole head with its empty line, 1 KiB to 1 MiB
 * @param fieldsMax number of field lines, 1 to 10,000
 */
public record HeadLimits(int requestLineMaxBytes, int headMaxBytes, int fieldsMax) {
  /** 8 KiB for the first line, 32 KiB for the head, 100 fields. */
  public static final HeadLimits DEFAULT = new HeadLimits(8 * 1024, 32 * 1024, 100);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public HeadLimits {
    require(
        headMaxBytes >= 1024 && headMaxBytes <= 1 << 20, "head", headMaxBytes, "1 KiB to 1 MiB");
    require(
        requestLineMaxBytes >= 16 && requestLineMaxBytes <= headMaxBytes,
        "request line",
        requestLineMaxBytes,
        "16 bytes to the size of the head");
    require(fieldsMax >= 1 && fieldsMax <= 10_000, "number of fields", fieldsMax, "1 to 10000");
  }

  private static void require(boolean holds, String what, int value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "limit of the %s: %d, expected %s".formatted(what, value, expected));
    }
  }
}
