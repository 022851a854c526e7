package io.sluice.schemas.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailureCauseTest {
  @Test
  void aFailureIsSaidInWords() {
    assertThat(FailureCause.of(new CompletionException(new ConnectException())))
        .isEqualTo("nobody listens there");
    assertThat(FailureCause.of(new ConnectException("Connection refused: /127.0.0.1:1")))
        .isEqualTo("nobody listens there");
    assertThat(FailureCause.of(new HttpTimeoutException("request timed out")))
        .isEqualTo("no answer came in time");
    assertThat(FailureCause.of(unresolved())).isEqualTo("its name can't be resolved");
    assertThat(FailureCause.of(new SocketException("Connection reset")))
        .isEqualTo("Connection reset");
    assertThat(FailureCause.of(new IOException("HTTP/1.1 header parser received no bytes")))
        .isEqualTo("it closed the connection without an answer");
  }

  @Test
  void noClassIsNamedWhateverTheFailure() {
    List<Throwable> failures =
        List.of(
            new ConnectException(),
            unresolved(),
            new ClosedChannelException(),
            new UnknownHostException("server-1"),
            new IOException(new ConnectException()),
            new CompletionException(new IllegalStateException()),
            new StackOverflowError());

    assertThat(failures)
        .extracting(FailureCause::of)
        .allSatisfy(
            text -> assertThat(text).isNotBlank().doesNotContain("Exception", "java.", "Error"));
  }

  private static ConnectException unresolved() {
    ConnectException failure = new ConnectException();
    failure.initCause(new UnresolvedAddressException());
    return failure;
  }
}
