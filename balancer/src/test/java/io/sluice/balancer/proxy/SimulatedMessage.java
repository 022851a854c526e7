package io.sluice.balancer.proxy;

/** What stands in the messages of a simulation: every byte follows from whose it is, and where. */
final class SimulatedMessage {
  /** The bodies of answers are those of requests, moved on by this much. */
  static final int ANSWERS = 1009;

  private SimulatedMessage() {}

  /** Writes a body in chunks that end anywhere. */
  static void writeChunks(Simulation simulation, ByteQueue to, int key, int length) {
    int at = 0;
    while (at < length) {
      int size = 1 + simulation.chance(length - at);
      to.add(Integer.toHexString(size) + "\r\n");
      for (int i = 0; i < size; i++) {
        to.add(at(key, at + i));
      }
      to.add("\r\n");
      at += size;
    }
    to.add("0\r\n\r\n");
  }

  /** What stands in a body at this place. */
  static byte at(int key, int index) {
    return (byte) ('a' + (key * 7 + index * 5 + index / 26) % 26);
  }

  /** Whose request a head is, and which: {@code /c1/r2}. */
  static int key(String head) {
    int from = head.indexOf("/c");
    return (head.charAt(from + 2) - '0') * 8 + head.charAt(from + 5) - '0';
  }

  /** The value of a field, by its name in the case of the head; empty: there is none. */
  static String field(String head, String name) {
    int from = head.indexOf("\r\n" + name + ": ");
    if (from < 0) {
      return "";
    }
    int value = from + name.length() + 4;
    return head.substring(value, head.indexOf("\r\n", value));
  }
}
