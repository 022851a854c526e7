package io.sluice.balancer.proxy;

import org.jspecify.annotations.Nullable;

/** The data path can't start: its port is taken, or its transport is not there. */
public final class ProxyException extends RuntimeException {
  /** A failure with its cause, if there is one. */
  public ProxyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
