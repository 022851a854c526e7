package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;

/**
 * A call that the monitor answers.
 *
 * @param method its method
 * @param path its path; a part in braces stands for any one segment
 * @param handler answers it
 */
record Route(Method method, String path, Handler handler) {}
