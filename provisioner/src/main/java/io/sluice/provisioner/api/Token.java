package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.security.MessageDigest;

/** The bearer token of calls that change anything. */
final class Token {
  private static final String SCHEME = "Bearer ";

  private final byte[] expected;

  Token(String expected) {
    this.expected = expected.getBytes(UTF_8);
  }

  /** Refuses a request without the token, in a time that does not depend on how wrong it is. */
  void require(ServerRequest request) {
    String given = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
    boolean right =
        given.startsWith(SCHEME)
            && MessageDigest.isEqual(given.substring(SCHEME.length()).getBytes(UTF_8), expected);
    if (!right) {
      throw new Refusal(
          Status.UNAUTHORIZED_401, "expected the header 'Authorization: Bearer <token>'");
    }
  }
}
