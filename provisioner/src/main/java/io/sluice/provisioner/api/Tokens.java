package io.sluice.provisioner.api;

import io.sluice.schemas.config.HeaderText;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import java.util.Optional;

/**
 * The bearer tokens of a cluster: who has one of them can do no more than its kind may. They may be
 * one and the same, as they were before there were three.
 *
 * @param operator of people and tools that change something
 * @param peer of monitors among themselves: elections
 * @param balancer of balancers: what they report to monitors, and what monitors order of them
 */
public record Tokens(String operator, String peer, String balancer) {
  /** Shorter tokens can be guessed. */
  public static final int LENGTH_MIN = 16;

  private static final String EXPECTED = LENGTH_MIN + " characters or more";

  private static final String WHOLE = EXPECTED + ", " + HeaderText.EXPECTED;

  /**
   * Validates them.
   *
   * @throws IllegalArgumentException if one is shorter than {@value #LENGTH_MIN} characters, or has
   *     one that no header can carry
   */
  public Tokens {
    require("operator", operator);
    require("peer", peer);
    require("balancer", balancer);
  }

  private static void require(String kind, String token) {
    objection(token)
        .ifPresent(found -> {
          throw new IllegalArgumentException(
              "a token for %s that is %s: expected %s".formatted(kind, found, WHOLE));
        });
  }

  /** What is wrong with a token, without the token itself; empty: nothing. */
  public static Optional<String> objection(String token) {
    return token.length() < LENGTH_MIN
        ? Optional.of(token.length() + " characters long")
        : HeaderText.objection(token);
  }

  /** The same token for all. */
  public static Tokens same(String token) {
    return new Tokens(token, token, token);
  }

  /** Whether a balancer that is taken over can do no more than balancers may. */
  public boolean split() {
    return !operator.equals(balancer) && !operator.equals(peer) && !peer.equals(balancer);
  }

  /**
   * Reads {@code token}, which holds for every kind that has none of its own, and {@code
   * tokens.operator}, {@code .peer} and {@code .balancer}. What is wrong is noted in the section;
   * what comes back then must not be used.
   */
  public static Tokens read(Section root) {
    Optional<String> all = root.string("token");
    Section own = root.section("tokens");
    Optional<String> operator = own.string("operator").or(() -> all);
    Optional<String> peer = own.string("peer").or(() -> all);
    Optional<String> balancer = own.string("balancer").or(() -> all);
    if (operator.isEmpty() || peer.isEmpty() || balancer.isEmpty()) {
      root.note(
          "token",
          "0 characters long",
          EXPECTED + ", or tokens.operator, tokens.peer and tokens.balancer");
    }
    all.ifPresent(token -> note(root, "token", token));
    own.string("operator").ifPresent(token -> note(own, "operator", token));
    own.string("peer").ifPresent(token -> note(own, "peer", token));
    own.string("balancer").ifPresent(token -> note(own, "balancer", token));
    return root.problems().isEmpty()
        ? new Tokens(operator.orElseThrow(), peer.orElseThrow(), balancer.orElseThrow())
        : same("x".repeat(LENGTH_MIN));
  }

  private static void note(Section section, String key, String token) {
    objection(token).ifPresent(found -> section.note(key, found, WHOLE));
  }

  /** Without the tokens, since what is printed may be pasted somewhere. */
  @Override
  public String toString() {
    return "Tokens" + KafkaAccess.HIDDEN;
  }
}
