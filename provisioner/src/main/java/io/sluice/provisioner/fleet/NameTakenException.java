package io.sluice.provisioner.fleet;

/**
 * A server can't be started, since what it is to be called in its fleet is the name of something
 * that is none of its cluster's: it stays so until somebody renames or removes that, or calls one
 * of two clusters otherwise. The message says which.
 */
public final class NameTakenException extends FleetException {
  private static final long serialVersionUID = 1;

  /** Says what has the name. */
  public NameTakenException(String message) {
    super(message);
  }
}
