/** Secrets as everybody may know them: their names and versions, and who gets them. Pure. */
@NullMarked
package io.sluice.schemas.secret;

import org.jspecify.annotations.NullMarked;
