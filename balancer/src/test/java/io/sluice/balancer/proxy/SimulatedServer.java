package io.sluice.balancer.proxy;

import java.util.List;

/**
 * A connection to a server of the simulation, seen from the server: judges every byte of the
 * requests, and answers as chance will have it.
 */
final class SimulatedServer {
  /** How a request is answered. */
  private enum Answering {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE,
    CLOSE_SAID,
    INTERIM,
    /** Before the body of the request was read. */
    EARLY,
    CUT,
    RESET,
    /** In a body that ends with the connection. */
    RESET_OPEN,
    RESET_FIRST,
    GARBAGE,
    NEVER,
    ERROR
  }

  private static final List<Answering> WELL =
      List.of(
          Answering.LENGTH,
          Answering.LENGTH,
          Answering.LENGTH,
          Answering.CHUNKED,
          Answering.CHUNKED,
          Answering.UNTIL_CLOSE,
          Answering.CLOSE_SAID,
          Answering.INTERIM,
          Answering.EARLY);
  private static final List<Answering> BADLY =
      List.of(
          Answering.CUT,
          Answering.RESET,
          Answering.RESET_OPEN,
          Answering.RESET_FIRST,
          Answering.GARBAGE,
          Answering.NEVER,
          Answering.ERROR);

  private final Simulation simulation;
  private final SimulatedWire wire;
  private final ByteQueue input = new ByteQueue();
  private final ByteQueue output = new ByteQueue();
  private Answering answering = Answering.LENGTH;
  private int key;
  private String method = "";
  private boolean inBody;
  private boolean chunked;
  private int remaining;
  private int position;
  private int chunk;
  private boolean lastChunk;

  /** An answer is on its way, and this is done when so much of it is left. */
  private boolean answers;

  private int cutAt;
  private int paused;
  private boolean closeSaid;
  private boolean tunnel;
  private boolean endSent;
  private boolean gone;

  SimulatedServer(Simulation simulation, SimulatedWire wire) {
    this.simulation = simulation;
    this.wire = wire;
  }

  /** Does something, if there is something to do. */
  boolean act(boolean faulty) {
    if (gone) {
      return false;
    }
    if (tunnel) {
      return inTunnel();
    }
    if (wire.seesReset() || (wire.seesEnd() && !answers)) {
      gone = true;
      wire.leave();
      return true;
    }
    if (faulty && !inBody && !answers && simulation.chance(60) == 0) {
      // It gives up a connection on which nothing is under way.
      leave();
      return true;
    }
    if (paused > 0) {
      paused--;
      return true;
    }
    if (simulation.chance(12) == 0) {
      paused = simulation.chance(faulty ? 40 : 12);
    }
    return simulation.chance(2) == 0 ? send() || read() : read() || send();
  }

  /** Says what it has to say, hears what there is, and ends its side when it will. */
  private boolean inTunnel() {
    int said = Math.min(output.size(), wire.acceptable());
    int heard = wire.arrived().size();
    if (said > 0 && simulation.chance(2) == 0) {
      wire.send(output, simulation.some(said));
    }
    if (heard > 0) {
      input.take(wire.arrived(), simulation.some(heard));
    }
    while (!input.isEmpty()) {
      takeByte();
    }
    if (output.isEmpty() && !endSent && simulation.chance(4) == 0) {
      endSent = true;
      wire.end();
    }
    if (wire.seesReset() || wire.seesEnd()) {
      boolean whole = !wire.seesReset() && position == simulation.plan(key).length();
      simulation.require(whole, "a tunnel broke off", this);
      gone = endSent;
    }
    return said > 0 || heard > 0;
  }

  private void leave() {
    gone = true;
    wire.leave();
  }

  private boolean read() {
    int count = wire.arrived().size();
    if (count == 0) {
      return false;
    }
    input.take(wire.arrived(), simulation.some(count));
    while (!gone && !tunnel && (inBody ? body() : head())) {
      // As long as there is something to be understood.
    }
    return true;
  }

  private boolean head() {
    if (answers) {
      simulation.require(input.isEmpty(), "a request before the last one was answered", this);
      return false;
    }
    int end = input.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String head = input.text(end + 2);
    input.drop(end + 4);
    simulation.require(!closeSaid, "a request over a connection that was to be closed", this);
    method = head.substring(0, head.indexOf(' '));
    key = SimulatedMessage.key(head);
    simulation.executed(key);
    chunked = head.contains("Transfer-Encoding: chunked");
    String length =
        SimulatedMessage.field(head.toLowerCase(java.util.Locale.ROOT), "content-length");
    remaining = length.isEmpty() ? 0 : Integer.parseInt(length);
    inBody = chunked || remaining > 0;
    position = 0;
    chunk = -1;
    answering = simulation.pick(WELL, BADLY);
    if (simulation.plan(key).tunnel()) {
      openTunnel();
    } else if (answering == Answering.EARLY || !inBody) {
      answer();
    }
    return true;
  }

  private void openTunnel() {
    int length = simulation.length();
    tunnel = true;
    output.add("HTTP/1.1 101 Over\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    output.add("X-Of: %s\r\nX-Len: %d\r\n\r\n".formatted(simulation.plan(key).path(), length));
    for (int i = 0; i < length; i++) {
      output.add(SimulatedMessage.at(key + SimulatedMessage.ANSWERS, i));
    }
  }

  private boolean body() {
    if (!chunked) {
      while (remaining > 0 && !input.isEmpty()) {
        takeByte();
        remaining--;
      }
      return remaining == 0 && bodyEnds();
    }
    if (chunk < 0) {
      int end = input.indexOf("\r\n");
      if (end < 0) {
        return false;
      }
      chunk = Integer.parseInt(input.text(end), 16);
      lastChunk = chunk == 0;
      input.drop(end + 2);
    }
    while (chunk > 0 && !input.isEmpty()) {
      takeByte();
      chunk--;
    }
    if (chunk > 0 || input.size() < 2) {
      return false;
    }
    input.drop(2);
    chunk = -1;
    return !lastChunk || bodyEnds();
  }

  private void takeByte() {
    byte value = input.get(0);
    input.drop(1);
    simulation.require(
        value == SimulatedMessage.at(key, position), "another byte than the client sent", this);
    position++;
  }

  private boolean bodyEnds() {
    inBody = false;
    simulation.require(
        position == simulation.plan(key).length(), "a body of another length arrived", this);
    if (answering != Answering.EARLY) {
      answer();
    }
    return true;
  }

  private void answer() {
    answers = true;
    cutAt = -1;
    int length = simulation.length();
    if (answering == Answering.INTERIM) {
      output.add("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
    }
    int status = answering == Answering.ERROR ? 503 : 200;
    output.add("HTTP/1.1 %d OK\r\nX-Of: %s\r\n".formatted(status, simulation.plan(key).path()));
    output.add("X-Len: %d\r\n".formatted(length));
    boolean toHead = method.equals("HEAD");
    switch (answering) {
      case CHUNKED -> output.add("Transfer-Encoding: chunked\r\n\r\n");
      case UNTIL_CLOSE, RESET_OPEN -> output.add("Connection: close\r\n\r\n");
      case CLOSE_SAID ->
          output.add("Connection: close\r\nContent-Length: %d\r\n\r\n".formatted(length));
      case GARBAGE -> output.add("X Y: \u0001\r\n\r\n");
      default -> output.add("Content-Length: %d\r\n\r\n".formatted(length));
    }
    closeSaid = answering == Answering.UNTIL_CLOSE || answering == Answering.CLOSE_SAID;
    if (answering == Answering.CHUNKED && !toHead) {
      SimulatedMessage.writeChunks(simulation, output, key + SimulatedMessage.ANSWERS, length);
    } else if (!toHead) {
      for (int i = 0; i < length; i++) {
        output.add(SimulatedMessage.at(key + SimulatedMessage.ANSWERS, i));
      }
    }
    switch (answering) {
      case CUT, RESET, RESET_OPEN -> cutAt = simulation.chance(output.size());
      case RESET_FIRST, NEVER -> cutAt = output.size();
      default -> {}
    }
  }

  private boolean send() {
    if (!answers) {
      return false;
    }
    if (output.size() == cutAt) {
      return breakOff();
    }
    int count = Math.min(output.size() - Math.max(0, cutAt), wire.acceptable());
    if (count > 0) {
      wire.send(output, simulation.some(count));
    }
    if (output.isEmpty()) {
      ends();
    }
    return count > 0;
  }

  private boolean breakOff() {
    if (answering == Answering.NEVER) {
      return false;
    }
    gone = true;
    if (answering == Answering.CUT) {
      wire.leave();
    } else {
      wire.reset(simulation.chance(2) == 0);
    }
    return true;
  }

  private void ends() {
    answers = false;
    if (closeSaid && (answering == Answering.UNTIL_CLOSE || simulation.chance(2) == 0)) {
      leave();
    }
  }

  @Override
  public String toString() {
    return "server's connection, %s for %s".formatted(answering, simulation.plan(key));
  }
}
