package io.sluice.provisioner.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** The value of a secret, which never shows itself: not in a log, a sentence, or a comparison. */
public final class SecretValue {
  private final byte[] bytes;

  /** A value of these bytes, which are copied. */
  public SecretValue(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes as text. */
  String text() {
    return new String(bytes, UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretValue value && Arrays.equals(bytes, value.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
