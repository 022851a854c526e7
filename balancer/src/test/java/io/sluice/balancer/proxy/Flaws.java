package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;

/** Plants a flaw here and there in a run. */
final class Flaws {
  private final Simulation simulation;
  private final Flaw flaw;
  private boolean nested;

  Flaws(Simulation simulation, Flaw flaw) {
    this.simulation = simulation;
    this.flaw = flaw;
  }

  private boolean is(Flaw planted) {
    return flaw == planted;
  }

  /** Bytes are about to be told of. */
  void inbound(ByteQueue bytes, int count, boolean fromServer) {
    if (is(Flaw.CHANGED_BYTE)) {
      int index = simulation.chance(count);
      byte value = bytes.get(index);
      bytes.set(index, value == 'q' ? (byte) 'k' : value);
    }
    int said = is(Flaw.UNHEARD_CLOSE) && fromServer ? bytes.indexOf("Connection: close") : -1;
    if (said >= 0) {
      bytes.set(said, (byte) 'K');
    }
  }

  void held(ByteBuf bytes) {
    if (is(Flaw.HELD_BUFFER) && simulation.chance(20) == 0) {
      bytes.retain();
    }
  }

  boolean untoldRoom() {
    return is(Flaw.UNTOLD_ROOM);
  }

  boolean deafToPauses() {
    return is(Flaw.DEAF_TO_PAUSES);
  }

  boolean untoldEnd(boolean ofServer) {
    return is(Flaw.UNTOLD_END) && !ofServer;
  }

  boolean gentleReset() {
    return is(Flaw.GENTLE_RESET);
  }

  /** Something is written: another wire's bytes may come in the middle of it. */
  void nested(SimulatedWire written) {
    if (is(Flaw.NESTED_TURNS) && !nested) {
      nested = true;
      simulation.deliverAnother(written);
      nested = false;
    }
  }

  /** What a client sends for this method: one may be told to be safe to repeat. */
  String method(String method) {
    return is(Flaw.SENT_AGAIN) && method.equals("POST") ? "PUT" : method;
  }
}
