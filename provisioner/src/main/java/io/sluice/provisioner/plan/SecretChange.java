package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.vault.SealedSecret;

/** Something that somebody asks of the secrets, which are no zone's alone. */
public sealed interface SecretChange {
  /** Which there are, and who uses them. */
  record Look() implements SecretChange {}

  /** Keep this value, and let the zones that use the secret roll over to it. */
  record Put(SealedSecret secret) implements SecretChange {}

  /** Forget all values of the secret, if no zone uses it. */
  record Remove(SecretName name, Actor actor) implements SecretChange {}
}
