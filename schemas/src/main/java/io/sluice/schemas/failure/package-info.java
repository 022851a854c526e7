/**
 * Failures in words. Not pure: it knows the exceptions of sockets and HTTP clients. Start with
 * {@link io.sluice.schemas.failure.FailureCause}.
 */
@NullMarked
package io.sluice.schemas.failure;

import org.jspecify.annotations.NullMarked;
