package io.sluice.schemas.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path where, such as {@code zones.zone1.policy.servers.max}
 * @param value what stands there
 * @param expected what was expected instead
 */
public record Problem(String path, String value, String expected) {
  @Override
  public String toString() {
    return "%s: is %s, expected %s".formatted(path, value, expected);
  }
}
