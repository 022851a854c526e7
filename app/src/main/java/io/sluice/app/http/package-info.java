/**
 * What the server answers over HTTP. Not pure.
 *
 * <p>Start with {@link io.sluice.app.http.HttpApi}: the table of routes. Each is described in
 * {@code openapi/app.yaml}, and a test holds the two together. Every error is a problem document
 * (RFC 9457).
 */
@NullMarked
package io.sluice.app.http;

import org.jspecify.annotations.NullMarked;
