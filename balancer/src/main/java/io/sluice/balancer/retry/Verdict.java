package io.sluice.balancer.retry;

/** What becomes of a request whose try failed. */
public sealed interface Verdict {
  /**
   * The same server is tried again, over a new connection.
   *
   * @param atOnce whether without a pause
   * @param budgeted whether the try has to be paid for from the budget
   */
  record SameServer(boolean atOnce, boolean budgeted) implements Verdict {}

  /**
   * Another server is tried, at once.
   *
   * @param budgeted whether the try has to be paid for from the budget
   */
  record OtherServer(boolean budgeted) implements Verdict {}

  /** The client is told: 503 if the request never left, else 502. */
  record GiveUp() implements Verdict {}
}
