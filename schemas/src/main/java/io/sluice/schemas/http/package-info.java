/**
 * Questions and answers over HTTP that end. Not pure: the JDK's client, and sockets. Start with
 * {@link io.sluice.schemas.http.WholeAnswer} for what is asked, and {@link
 * io.sluice.schemas.http.WriteDeadline} for what is told.
 */
@NullMarked
package io.sluice.schemas.http;

import org.jspecify.annotations.NullMarked;
