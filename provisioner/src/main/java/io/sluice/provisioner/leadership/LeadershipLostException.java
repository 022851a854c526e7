package io.sluice.provisioner.leadership;

/** A term is over; the message says why. */
public final class LeadershipLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean fenced;

  /**
   * Says why the term is over.
   *
   * @param fenced whether another leader took office, as opposed to a broker out of reach
   */
  public LeadershipLostException(String message, boolean fenced, Throwable cause) {
    super(message, cause);
    this.fenced = fenced;
  }

  /** Says why the term is over. */
  public LeadershipLostException(String message, boolean fenced) {
    super(message);
    this.fenced = fenced;
  }

  /** Whether what was thrown means that the process can't be trusted to go on. */
  static boolean isFatal(Throwable thrown) {
    return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
  }

  /** Whether another leader took office. */
  public boolean fenced() {
    return fenced;
  }
}
