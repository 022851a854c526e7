package io.sluice.provisioner.leadership;

import io.sluice.schemas.topic.DeadLetter;

/** A record that nobody can read, on its way to the dead letters. */
public final class UnreadableRecord {
  private final byte[] key;
  private final byte[] value;
  private final DeadLetter header;

  /**
   * A record that nobody can read; its bytes must not be changed any more.
   *
   * @param key its key as it was, empty if it had none
   * @param value its value as it was, empty if it had none
   * @param header where it stood and what is wrong
   */
  public UnreadableRecord(byte[] key, byte[] value, DeadLetter header) {
    this.key = key;
    this.value = value;
    this.header = header;
  }

  byte[] key() {
    return key;
  }

  byte[] value() {
    return value;
  }

  /** Where it stood and what is wrong. */
  public DeadLetter header() {
    return header;
  }
}
