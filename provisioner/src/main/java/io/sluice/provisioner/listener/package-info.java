/**
 * What every web server of a monitor or a sink needs beside its routes. Not pure: Helidon. Start
 * with {@link io.sluice.provisioner.listener.ListenerWatch}.
 */
@NullMarked
package io.sluice.provisioner.listener;

import org.jspecify.annotations.NullMarked;
