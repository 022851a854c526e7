package io.sluice.provisioner.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.ChangeResult.NoSuchSecret;
import io.sluice.provisioner.plan.ChangeResult.SecretInUse;
import io.sluice.provisioner.plan.ChangeResult.SecretOutdated;
import io.sluice.provisioner.plan.ChangeResult.SecretRemoved;
import io.sluice.provisioner.plan.ChangeResult.SecretStored;
import io.sluice.provisioner.plan.ChangeResult.SecretsKnown;
import io.sluice.provisioner.plan.SecretChange;
import io.sluice.provisioner.secret.SecretException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Calls about secrets, which the leader answers: it seals a value as soon as it has it, and no
 * answer holds one.
 */
final class SecretCalls {
  /** Two who set the same secret at the same time. */
  private static final int TRIES = 3;

  private static final String ANY = "*";

  private final LeaderClient desk;
  private final Clock clock = Clock.systemUTC();

  SecretCalls(LeaderClient desk) {
    this.desk = desk;
  }

  List<Route> routes() {
    String path = "/v1/secrets/{name}";
    return List.of(
        Route.leaders(Method.GET, "/v1/secrets", Access.OPERATORS, this::list),
        Route.leaders(Method.PUT, path, Access.OPERATORS, this::set),
        Route.leaders(Method.DELETE, path, Access.OPERATORS, this::remove));
  }

  /** A secret without its value: its latest version, who set it and when, and who uses it. */
  private record Described(
      SecretName name, int version, Instant at, Actor actor, SortedSet<ZoneId> zones) {
    static Described of(SealedSecret secret, SortedSet<ZoneId> zones) {
      return new Described(secret.name(), secret.version(), secret.at(), secret.actor(), zones);
    }
  }

  private record Listed(List<Described> secrets) {}

  /** What was kept; the zones roll over to it. */
  private record Stored(
      SecretName name, int version, Instant at, Actor actor, SortedSet<ZoneId> rolledOver) {}

  private record Removed(SecretName name, int versions) {}

  private void list(ServerRequest request, ServerResponse response) {
    SecretsKnown known = look();
    Answers.json(
        request,
        response,
        new Listed(
            known.secrets().names().stream()
                .flatMap(name -> known.secrets().latest(name).stream())
                .map(secret ->
                    Described.of(
                        secret, known.users().getOrDefault(secret.name(), new TreeSet<>())))
                .toList()));
  }

  private void set(ServerRequest request, ServerResponse response) {
    SecretName name = name(request);
    Actor actor = Request.actor(request, Section.ofValues(Map.of()));
    SecretValue value = value(request);
    for (int tries = 0; tries < TRIES; tries++) {
      SecretsKnown known = look();
      Optional<SealedSecret> latest = known.secrets().latest(name);
      requireExpected(request, name, latest, known.secrets().names());
      SecretVersion next = new SecretVersion(name, latest.map(SealedSecret::version).orElse(0) + 1);
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      SealedSecret sealed = new SealedSecret(name, next.version(), now, actor, sealed(next, value));
      ChangeResult ruling = ruling(new SecretChange.Put(sealed));
      if (ruling instanceof SecretStored(SealedSecret stored, var zones)) {
        response.status(next.version() == 1 ? Status.CREATED_201 : Status.OK_200);
        Answers.json(
            request,
            response,
            new Stored(stored.name(), stored.version(), stored.at(), stored.actor(), zones));
        return;
      }
      if (!(ruling instanceof SecretOutdated)) {
        throw unexpected(ruling);
      }
    }
    throw new Refusal(
        Status.CONFLICT_409,
        "secret '%s': others set it at the same time; expected to be tried again".formatted(name));
  }

  /** {@code If-None-Match: *} wants a new one, {@code If-Match: *} one that there is. */
  private static void requireExpected(
      ServerRequest request,
      SecretName name,
      Optional<SealedSecret> latest,
      SortedSet<SecretName> names) {
    boolean fresh = any(request, true);
    boolean known = any(request, false);
    if (fresh && latest.isPresent()) {
      throw new Refusal(
          Status.PRECONDITION_FAILED_412,
          "secret '%s': is there already, of version %d; expected a new name, or to be rotated"
              .formatted(name, latest.get().version()));
    }
    if (known && latest.isEmpty()) {
      throw new Refusal(
          Status.PRECONDITION_FAILED_412,
          "secret '%s': there is none yet; expected one of %s".formatted(name, shown(names)));
    }
  }

  private static boolean any(ServerRequest request, boolean none) {
    String header =
        request.headers().first(none ? HeaderNames.IF_NONE_MATCH : HeaderNames.IF_MATCH).orElse("");
    if (!header.isEmpty() && !header.equals(ANY)) {
      throw new Refusal(
          Status.BAD_REQUEST_400,
          "header %s: expected *, or none".formatted(none ? "If-None-Match" : "If-Match"));
    }
    return header.equals(ANY);
  }

  private void remove(ServerRequest request, ServerResponse response) {
    SecretName name = name(request);
    Actor actor = Request.actor(request, Section.ofValues(Map.of()));
    switch (ruling(new SecretChange.Remove(name, actor))) {
      case SecretRemoved(int versions) ->
          Answers.json(request, response, new Removed(name, versions));
      case SecretInUse(var zones) ->
          throw new Refusal(
              Status.CONFLICT_409,
              "secret '%s': the template of %s uses it; expected a secret that no template uses"
                  .formatted(name, shown(zones)));
      case NoSuchSecret(var _, var names) ->
          throw new Refusal(
              Status.NOT_FOUND_404,
              "secret '%s': there is none; expected one of %s".formatted(name, shown(names)));
      case ChangeResult other -> throw unexpected(other);
    }
  }

  private SecretsKnown look() {
    ChangeResult ruling = ruling(new SecretChange.Look());
    if (ruling instanceof SecretsKnown known) {
      return known;
    }
    throw unexpected(ruling);
  }

  private ChangeResult ruling(SecretChange change) {
    ChangeResult ruling = desk.request(change).ruling();
    if (ruling instanceof ChangeResult.Failed(String what)) {
      throw new Refusal(Status.INTERNAL_SERVER_ERROR_500, what);
    }
    return ruling;
  }

  private String sealed(SecretVersion secret, SecretValue value) {
    try {
      return desk.vault().seal(secret, value);
    } catch (SecretException unsealable) {
      throw new Refusal(Status.SERVICE_UNAVAILABLE_503, String.valueOf(unsealable.getMessage()));
    }
  }

  private static SecretName name(ServerRequest request) {
    try {
      return new SecretName(request.path().pathParameters().get("name"));
    } catch (IllegalArgumentException malformed) {
      throw new Refusal(Status.BAD_REQUEST_400, String.valueOf(malformed.getMessage()));
    }
  }

  private static SecretValue value(ServerRequest request) {
    long length = request.headers().contentLength().orElse(0);
    byte[] body =
        length <= SealedSecret.VALUE_BYTES_MAX && request.content().hasEntity()
            ? request.content().as(byte[].class)
            : new byte[0];
    if (length > SealedSecret.VALUE_BYTES_MAX
        || body.length == 0
        || body.length > SealedSecret.VALUE_BYTES_MAX) {
      throw new Refusal(
          Status.UNPROCESSABLE_CONTENT_422,
          "value of %d bytes: expected 1 to %d"
              .formatted(Math.max(length, body.length), SealedSecret.VALUE_BYTES_MAX));
    }
    return new SecretValue(body);
  }

  private static String shown(Collection<?> names) {
    return names.isEmpty()
        ? "those that there are, which are none"
        : names.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static IllegalStateException unexpected(ChangeResult ruling) {
    return new IllegalStateException("%s: expected a ruling on secrets".formatted(ruling));
  }
}
