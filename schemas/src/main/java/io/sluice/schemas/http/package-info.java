/**
 * Questions over HTTP that end. Not pure: the JDK's client. Start with {@link
 * io.sluice.schemas.http.WholeAnswer}.
 */
@NullMarked
package io.sluice.schemas.http;

import org.jspecify.annotations.NullMarked;
