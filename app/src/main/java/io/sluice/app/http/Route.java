package io.sluice.app.http;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;

/**
 * One call that the server answers.
 *
 * @param method its method; a route for GET also answers HEAD, unless it is a stream or work
 * @param path its path
 * @param handler answers it
 */
record Route(Method method, String path, Handler handler) {}
