/**
 * Where values of secrets are sealed and unsealed, under keys that only monitors hold. Not pure.
 */
@NullMarked
package io.sluice.provisioner.secret;

import org.jspecify.annotations.NullMarked;
