package io.sluice.gate.rule;

/** A file of a secret on its way into a container; what is in it never shows. */
public final class SecretFile {
  private final String name;
  private final Access access;
  private final byte[] content;

  /**
   * Who a file belongs to and who may read it.
   *
   * @param mode {@code 0400} or {@code 0444}
   * @param user the user's number
   * @param group the group's number
   */
  record Access(int mode, int user, int group) {
    @Override
    public String toString() {
      return "%d:%d".formatted(user, group);
    }
  }

  SecretFile(String name, Access access, byte[] content) {
    this.name = name;
    this.access = access;
    this.content = content.clone();
  }

  String name() {
    return name;
  }

  Access access() {
    return access;
  }

  int size() {
    return content.length;
  }

  /** Puts the content where it is to stand. */
  void copyTo(byte[] to, int offset) {
    System.arraycopy(content, 0, to, offset, content.length);
  }

  @Override
  public String toString() {
    return name;
  }
}
