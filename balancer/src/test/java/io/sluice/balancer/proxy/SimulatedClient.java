package io.sluice.balancer.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A client of the simulation: sends its requests in pieces, and judges every byte of the answers.
 */
final class SimulatedClient {
  /**
   * A request.
   *
   * @param key whose it is, and which
   * @param length of its body, or of what is said in a tunnel
   * @param tunnel whether it asks for one
   */
  record Plan(int key, String method, int length, boolean chunked, boolean http10, boolean tunnel) {
    String path() {
      return "/c%d/r%d".formatted(key >> 3, key & 7);
    }

    boolean toHead() {
      return method.equals("HEAD");
    }
  }

  /** How the body of a response ends. */
  private enum Body {
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  final int id;
  private final Simulation simulation;
  private final SimulatedWire wire;
  private final List<Plan> plans;
  private final boolean pipelines;
  private final ByteQueue outgoing = new ByteQueue();
  private final ByteQueue input = new ByteQueue();
  private int queued;
  private int answered;
  private int paused;
  private boolean gone;
  private boolean endSent;
  private boolean tunnel;
  private boolean inBody;
  private boolean last;
  private Body body = Body.LENGTH;
  private int remaining;
  private int chunk;
  private boolean lastChunk;
  private int position;
  private int promised;
  private boolean foreign;

  SimulatedClient(Simulation simulation, int id, SimulatedWire wire, List<Plan> plans) {
    this.simulation = simulation;
    this.id = id;
    this.wire = wire;
    this.plans = List.copyOf(plans);
    this.pipelines = simulation.chance(3) == 0;
  }

  static List<Plan> plans(Simulation simulation, int id) {
    List<Plan> plans = new ArrayList<>();
    int count = 1 + simulation.chance(4);
    for (int i = 0; i < count; i++) {
      String method = List.of("GET", "GET", "HEAD", "POST", "PUT").get(simulation.chance(5));
      boolean bodied = method.equals("POST") || method.equals("PUT");
      int length = bodied ? simulation.length() : 0;
      boolean chunked = bodied && simulation.chance(2) == 0;
      boolean http10 = !chunked && i == count - 1 && simulation.chance(6) == 0;
      boolean tunnel =
          method.equals("GET")
              && i == count - 1
              && !simulation.faulty()
              && simulation.chance(2) == 0;
      int said = tunnel ? simulation.length() : length;
      plans.add(new Plan(id * 8 + i, method, said, chunked, http10 && !tunnel, tunnel));
    }
    return plans;
  }

  /** Whether nothing more is to be expected of it. */
  boolean finished() {
    return gone || satisfied();
  }

  /** Goes away, whatever it still wanted. */
  void leave() {
    gone = true;
    wire.leave();
  }

  @Override
  public String toString() {
    return "client %d: %d of %d answered, in %s, %d bytes to send, %d to read"
        .formatted(
            id,
            answered,
            plans.size(),
            inBody ? "a body" : "a head",
            outgoing.size(),
            wire.arrived().size());
  }

  /** Does something, if there is something to do. */
  boolean act(boolean faulty) {
    if (gone) {
      return false;
    }
    if (faulty && simulation.chance(40) == 0) {
      misbehave();
      return true;
    }
    if (paused > 0) {
      paused--;
      return true;
    }
    if (simulation.chance(12) == 0) {
      paused = simulation.chance(faulty ? 60 : 12);
    }
    return simulation.chance(2) == 0 ? send() || read() : read() || send();
  }

  private void misbehave() {
    switch (simulation.chance(4)) {
      case 0 -> wire.reset(simulation.chance(2) == 0);
      case 1, 2 -> {
        // It closes: what still comes is answered with a reset.
        wire.leave();
      }
      default -> {
        wire.end();
        endSent = true;
        return;
      }
    }
    gone = true;
  }

  private boolean send() {
    if (endSent) {
      return false;
    }
    boolean mayAsk = queued < plans.size() && (pipelines || queued == answered) && !last;
    if (outgoing.isEmpty() && mayAsk) {
      write(plans.get(queued++));
    }
    int count = Math.min(outgoing.size(), wire.acceptable());
    if (count > 0) {
      wire.send(outgoing, simulation.some(count));
    } else if (tunnel && outgoing.isEmpty()) {
      // It has said all that it will, and listens on.
      wire.end();
      endSent = true;
    }
    return count > 0;
  }

  private void write(Plan plan) {
    String method = simulation.flaws().method(plan.method());
    outgoing.add("%s %s HTTP/1.%d\r\n".formatted(method, plan.path(), plan.http10() ? 0 : 1));
    outgoing.add("Host: a\r\n");
    if (plan.tunnel()) {
      outgoing.add("Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    } else if (plan.chunked()) {
      outgoing.add("Transfer-Encoding: chunked\r\n\r\n");
      SimulatedMessage.writeChunks(simulation, outgoing, plan.key(), plan.length());
    } else if (plan.length() > 0 || !plan.method().equals("GET")) {
      outgoing.add("Content-Length: %d\r\n\r\n".formatted(plan.length()));
      for (int i = 0; i < plan.length(); i++) {
        outgoing.add(SimulatedMessage.at(plan.key(), i));
      }
    } else {
      outgoing.add("\r\n");
    }
  }

  private boolean read() {
    int count = wire.arrived().size();
    if (count > 0) {
      input.take(wire.arrived(), simulation.some(count));
      while (parse()) {
        // As long as there is something to be understood.
      }
      return true;
    }
    boolean stillSays = tunnel && !endSent && !wire.seesReset();
    if (!stillSays && (wire.seesReset() || wire.seesEnd())) {
      ended(wire.seesReset());
      return true;
    }
    return false;
  }

  private void ended(boolean byReset) {
    gone = true;
    boolean whole = inBody && body == Body.UNTIL_CLOSE && !byReset;
    if (whole) {
      simulation.require(foreign || position == promised, "a body broke off without a sign", this);
      answered++;
    } else if (!satisfied()) {
      simulation.require(simulation.faulty(), "a client was left without an answer", this);
    }
  }

  /** Whether it has all that it asked for, or was told that it gets no more. */
  private boolean satisfied() {
    return !inBody && (last || answered == plans.size());
  }

  private boolean parse() {
    if (gone || answered == plans.size()) {
      // Whom we answer before its head is whole may have asked with HEAD.
      boolean beforeTime = foreign && last;
      simulation.require(beforeTime || input.isEmpty(), "bytes that nobody asked for", this);
      return false;
    }
    return inBody ? parseBody() : parseHead();
  }

  private boolean parseHead() {
    int end = input.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String head = input.text(end + 2).toLowerCase(Locale.ROOT);
    input.drop(end + 4);
    int status = Integer.parseInt(head.substring(9, 12));
    Plan plan = plans.get(answered);
    tunnel = status == 101 && plan.tunnel();
    if (status < 200 && !tunnel) {
      return true;
    }
    simulation.require(tunnel == plan.tunnel(), "a tunnel to where none was asked for", this);
    String of = SimulatedMessage.field(head, "x-of");
    foreign = of.isEmpty();
    simulation.require(
        foreign ? simulation.faulty() : of.equals(plan.path()), "an answer to somebody else", this);
    promised = foreign ? 0 : Integer.parseInt(SimulatedMessage.field(head, "x-len"));
    last = head.contains("connection: close") || plan.http10();
    beginBody(plan, head);
    return true;
  }

  private void beginBody(Plan plan, String head) {
    String length = SimulatedMessage.field(head, "content-length");
    inBody = true;
    position = 0;
    chunk = -1;
    if (tunnel) {
      last = true;
      body = Body.UNTIL_CLOSE;
      for (int i = 0; i < plan.length(); i++) {
        outgoing.add(SimulatedMessage.at(plan.key(), i));
      }
    } else if (plan.toHead()) {
      body = Body.LENGTH;
      remaining = 0;
    } else if (head.contains("transfer-encoding: chunked")) {
      body = Body.CHUNKED;
    } else if (length.isEmpty()) {
      body = Body.UNTIL_CLOSE;
      last = true;
    } else {
      body = Body.LENGTH;
      remaining = Integer.parseInt(length);
    }
  }

  private boolean parseBody() {
    return switch (body) {
      case LENGTH -> {
        while (remaining > 0 && !input.isEmpty()) {
          takeByte();
          remaining--;
        }
        yield remaining == 0 && bodyEnds();
      }
      case CHUNKED -> parseChunk();
      case UNTIL_CLOSE -> {
        while (!input.isEmpty()) {
          takeByte();
        }
        yield false;
      }
    };
  }

  private boolean parseChunk() {
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
    if (!foreign) {
      byte expected =
          SimulatedMessage.at(plans.get(answered).key() + SimulatedMessage.ANSWERS, position);
      simulation.require(value == expected, "another byte than the server sent", this);
    }
    position++;
  }

  private boolean bodyEnds() {
    Plan plan = plans.get(answered);
    simulation.require(
        foreign || plan.toHead() || position == promised, "a body of another length", this);
    inBody = false;
    answered++;
    simulation.answered(foreign);
    return true;
  }
}
