package io.sluice.balancer.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RetryTest {
  private static final long SECOND = 1_000_000_000L;
  private final RetryRule rule = RetryRule.DEFAULT;

  @Test
  void aRequestThatNeverLeftGoesElsewhereForFree() {
    assertThat(rule.judge(Failure.NOT_CONNECTED, new Attempts(1, 1, 0, 0), false, true))
        .isEqualTo(new Verdict.OtherServer(false));
  }

  @Test
  void aRequestThatNeverLeftWaitsIfNobodyElseIsThere() {
    assertThat(rule.judge(Failure.NOT_CONNECTED, new Attempts(1, 1, 0, 0), false, false))
        .isEqualTo(new Verdict.AwaitServer());
  }

  @Test
  void aRequestThatBrokeTheOnlyServerThriceWaitsForAnother() {
    assertThat(rule.judge(Failure.BROKEN, new Attempts(1, 1, 1, 1), true, false))
        .isEqualTo(new Verdict.SameServer(false, true));
    assertThat(rule.judge(Failure.BROKEN, new Attempts(3, 1, 2, 1), true, false))
        .isEqualTo(new Verdict.AwaitServer());
    assertThat(rule.judge(Failure.BROKEN, new Attempts(1, 1, 3, 1), true, false))
        .isEqualTo(new Verdict.AwaitServer());
    assertThat(rule.judge(Failure.BROKEN, new Attempts(1, 2, 4, 2), true, true))
        .isEqualTo(new Verdict.GiveUp());
  }

  @Test
  void aRequestThatBrokeTwoServersIsGivenUp() {
    assertThat(rule.judge(Failure.BROKEN, new Attempts(1, 1, 1, 1), true, true))
        .isEqualTo(new Verdict.OtherServer(true));
    for (Failure failure : List.of(Failure.BROKEN, Failure.STALE_CONNECTION)) {
      assertThat(rule.judge(failure, new Attempts(1, 2, 2, 2), true, true))
          .isEqualTo(new Verdict.GiveUp());
    }
  }

  @Test
  void whatAServerAnswersIsTheAnswerByDefault() {
    for (int status = 500; status <= 599; status++) {
      assertThat(rule.retries(status)).isFalse();
    }
  }

  @Test
  void threeOtherServersAreTriedAtMost() {
    assertThat(rule.judge(Failure.NOT_CONNECTED, new Attempts(1, 3, 0, 0), true, true))
        .isEqualTo(new Verdict.OtherServer(false));
    assertThat(rule.judge(Failure.NOT_CONNECTED, new Attempts(3, 4, 0, 0), true, true))
        .isEqualTo(new Verdict.AwaitServer());
  }

  @Test
  void aStaleConnectionIsReplacedOnTheSameServerForFree() {
    assertThat(rule.judge(Failure.STALE_CONNECTION, new Attempts(1, 1, 1, 1), true, true))
        .isEqualTo(new Verdict.SameServer(true, false));
  }

  @Test
  void whoseAnswerHelpsNobodyIsNotAskedTwice() {
    for (Failure failure :
        List.of(Failure.ERROR_STATUS, Failure.UNINTELLIGIBLE, Failure.NO_ANSWER)) {
      assertThat(rule.judge(failure, new Attempts(1, 1, 0, 0), true, true))
          .isEqualTo(new Verdict.OtherServer(true));
      assertThat(rule.judge(failure, new Attempts(1, 1, 0, 0), true, false))
          .isEqualTo(new Verdict.GiveUp());
      assertThat(rule.judge(failure, new Attempts(1, 4, 0, 0), true, true))
          .isEqualTo(new Verdict.GiveUp());
    }
  }

  @Property
  void whatMayHaveLeftIsOnlyRepeatedIfThatIsSafe(
      @ForAll Failure failure,
      @ForAll @IntRange(min = 1, max = 5) int onServer,
      @ForAll @IntRange(min = 1, max = 5) int servers,
      @ForAll boolean others) {
    Verdict verdict = rule.judge(failure, new Attempts(onServer, servers, 1, 1), false, others);
    if (failure != Failure.NOT_CONNECTED) {
      assertThat(verdict).isEqualTo(new Verdict.GiveUp());
    }
  }

  @Property
  void everyRequestEnds(
      @ForAll("failures") List<Failure> failures,
      @ForAll boolean repeatable,
      @ForAll @IntRange(min = 0, max = 6) int serversThere) {
    int onServer = 1;
    int servers = 1;
    int tries = 1;
    int broken = 0;
    Set<Integer> brokenServers = new HashSet<>();
    for (Failure failure : failures) {
      if (failure == Failure.BROKEN || failure == Failure.STALE_CONNECTION) {
        broken++;
        brokenServers.add(servers);
      }
      Attempts attempts = new Attempts(onServer, servers, broken, brokenServers.size());
      Verdict verdict = rule.judge(failure, attempts, repeatable, servers < serversThere);
      switch (verdict) {
        case Verdict.SameServer _ -> onServer++;
        case Verdict.OtherServer _ -> {
          servers++;
          onServer = 1;
        }
        case Verdict.AwaitServer(), Verdict.GiveUp() -> {
          return;
        }
      }
      tries++;
      assertThat(tries).isLessThanOrEqualTo(12);
      assertThat(servers).isLessThanOrEqualTo(4);
      assertThat(brokenServers).hasSizeLessThanOrEqualTo(2);
      assertThat(broken).isLessThan(RetryRule.SENT_MAX);
    }
  }

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<List<Failure>> failures() {
    return net.jqwik.api.Arbitraries.of(Failure.values()).list().ofSize(20);
  }

  @Property
  void theBudgetNeverPaysMoreThanItsShare(
      @ForAll @IntRange(min = 0, max = 2000) int requests,
      @ForAll @IntRange(min = 0, max = 20) int seconds) {
    RetryBudgetLimits limits = new RetryBudgetLimits(0.2, 10, 100, 500);
    RetryBudget budget = new RetryBudget(limits, 0);
    for (int i = 0; i < requests; i++) {
      budget.deposit();
    }

    int paid = 0;
    while (budget.withdraw(seconds * SECOND)) {
      paid++;
    }

    assertThat(paid)
        .isLessThanOrEqualTo((int) Math.min(500, 100 + requests * 0.2 + seconds * 10 + 1e-6));
    assertThat(paid).isGreaterThanOrEqualTo((int) Math.min(500, 100 + requests * 0.2 - 1e-6));
  }
}
