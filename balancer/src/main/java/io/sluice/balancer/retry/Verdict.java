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

  /**
   * Nobody is left to try: the request waits for a server, as long as requests are held; if
   * connections broke, for another one than that on which they did.
   */
  record AwaitServer() implements Verdict {}

  /** No more tries: the client gets what the last one gave, or is told that nothing came of it. */
  record GiveUp() implements Verdict {}
}
