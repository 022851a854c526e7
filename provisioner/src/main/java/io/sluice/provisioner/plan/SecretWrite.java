package io.sluice.provisioner.plan;

import io.sluice.schemas.secret.SecretVersion;
import io.sluice.schemas.vault.SealedSecret;

/** What is to be written into the topic of secrets. */
public sealed interface SecretWrite {
  /** A value that there was not before. */
  record Put(SealedSecret secret) implements SecretWrite {}

  /** A value that nobody needs any more. */
  record Drop(SecretVersion version) implements SecretWrite {}
}
