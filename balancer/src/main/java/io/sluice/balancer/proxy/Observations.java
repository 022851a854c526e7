package io.sluice.balancer.proxy;

import io.sluice.schemas.id.ServerId;

/** Is told what the data path finds out about servers; called by every loop, must not block. */
public interface Observations {
  /** No connection to the server came about. */
  void unreachable(ServerId server, String error);

  /**
   * A connection broke under a request. The request may have done that, so that it says nothing yet
   * but that the server had better be asked how it is.
   */
  void broke(ServerId server, String error);

  /** Requests wait for the server, and nothing at all comes from it. */
  void silent(ServerId server);

  /** Requests failed on a server one after the other, though it can be reached. */
  void failing(ServerId server, String error);

  /** A request waits for a server; said when it begins to, and again while it does. */
  void held();
}
