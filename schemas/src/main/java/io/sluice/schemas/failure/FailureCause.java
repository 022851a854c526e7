package io.sluice.schemas.failure;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Says why something failed, for a fact that people read: never with the name of a class, which
 * says nothing to an operator and something else with the next release of a library.
 */
public final class FailureCause {
  private FailureCause() {}

  /** The cause as a part of a sentence, without a full stop. */
  public static String of(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case HttpConnectTimeoutException _ -> "no connection was made in time";
      case HttpTimeoutException _, TimeoutException _ -> "no answer came in time";
      case UnknownHostException _ -> "its name can't be resolved";
      case UnresolvedAddressException _ -> "its name can't be resolved";
      case NoRouteToHostException _ -> "there is no route to it";
      case PortUnreachableException _ -> "nobody listens there";
      case ConnectException connect -> refused(connect);
      case ClosedChannelException _, EOFException _ -> "the connection was closed";
      case SSLException tls -> "TLS fails: " + text(tls);
      default -> text(cause);
    };
  }

  private static String refused(ConnectException failure) {
    if (failure.getCause() instanceof UnresolvedAddressException) {
      return "its name can't be resolved";
    }
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("timed out")) {
      return "no connection was made in time";
    }
    if (message.contains("unreachable") || message.contains("no route")) {
      return "there is no route to it";
    }
    return "nobody listens there";
  }

  /** What it says of itself; or else its name, taken apart into words. */
  private static String text(Throwable cause) {
    String message = cause.getMessage();
    if (message != null && !message.isBlank() && !message.contains("Exception")) {
      return message.equals("HTTP/1.1 header parser received no bytes")
          ? "it closed the connection without an answer"
          : message.strip();
    }
    Throwable deeper = cause.getCause();
    return deeper == null
        ? cause
            .getClass()
            .getSimpleName()
            .replaceFirst("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT)
        : of(deeper);
  }
}
