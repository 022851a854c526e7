package io.sluice.provisioner.fleet;

import io.sluice.schemas.secret.SecretUse;

/**
 * A secret that a server gets.
 *
 * @param use how it gets it
 * @param value what it gets
 */
public record GivenSecret(SecretUse use, SecretValue value) {}
