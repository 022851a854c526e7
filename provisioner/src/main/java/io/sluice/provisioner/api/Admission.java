package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/** Lets a call through that comes with the token that it needs. */
final class Admission {
  private static final String SCHEME = "Bearer ";

  private final byte[] operator;
  private final byte[] peer;
  private final byte[] balancer;

  Admission(Tokens tokens) {
    this.operator = tokens.operator().getBytes(UTF_8);
    this.peer = tokens.peer().getBytes(UTF_8);
    this.balancer = tokens.balancer().getBytes(UTF_8);
  }

  /** The handler for whoever may make the call; it finds who does by {@link Caller#of}. */
  Handler of(Access access, Handler handler) {
    return (request, response) -> {
      Set<Access> given = given(request);
      require(access, given, request);
      request
          .context()
          .register(
              given.contains(Access.OPERATORS)
                  ? Caller.OPERATOR
                  : Caller.at(request.remotePeer().address()));
      handler.handle(request, response);
    };
  }

  private static void require(Access access, Set<Access> given, ServerRequest request) {
    if (given.contains(access)) {
      return;
    }
    if (given.size() > 1) {
      throw new Refusal(
          Status.FORBIDDEN_403,
          "this is a token of %s: expected that of %s"
              .formatted(
                  String.join(
                      ", ",
                      given.stream()
                          .filter(kind -> kind != Access.ANYBODY)
                          .map(Access::who)
                          .toList()),
                  access.who()));
    }
    throw new Refusal(
        Status.UNAUTHORIZED_401,
        "%s: expected the header 'Authorization: Bearer <token>' with the token of %s"
            .formatted(
                request.headers().contains(HeaderNames.AUTHORIZATION)
                    ? "a token that this cluster does not know"
                    : "no token",
                access.who()));
  }

  /** What the request may do; found out in a time that does not depend on how wrong it is. */
  private Set<Access> given(ServerRequest request) {
    String header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
    byte[] token =
        header.startsWith(SCHEME) ? header.substring(SCHEME.length()).getBytes(UTF_8) : new byte[0];
    Set<Access> given = EnumSet.of(Access.ANYBODY);
    if (MessageDigest.isEqual(token, operator)) {
      given.add(Access.OPERATORS);
      given.add(Access.BALANCERS);
    }
    if (MessageDigest.isEqual(token, balancer)) {
      given.add(Access.BALANCERS);
    }
    if (MessageDigest.isEqual(token, peer)) {
      given.add(Access.PEERS);
    }
    return given;
  }
}
