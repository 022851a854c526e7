/** The values of secrets as they are kept: sealed. Pure. */
@NullMarked
package io.sluice.schemas.vault;

import org.jspecify.annotations.NullMarked;
