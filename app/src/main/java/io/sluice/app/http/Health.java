package io.sluice.app.http;

/** Whether the server takes new requests. Can be used by many threads. */
public final class Health {
  private volatile boolean stopping;

  /** Says that the server finishes what it has and wants nothing new. */
  public void stop() {
    stopping = true;
  }

  /** Whether the server is to end. */
  public boolean isStopping() {
    return stopping;
  }
}
