package io.sluice.provisioner.secret;

/** A secret can't be sealed or unsealed; the message says what would mend it, and never a value. */
public final class SecretException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** For this reason. */
  public SecretException(String message) {
    super(message);
  }

  /** For this reason. */
  public SecretException(String message, Throwable cause) {
    super(message, cause);
  }
}
