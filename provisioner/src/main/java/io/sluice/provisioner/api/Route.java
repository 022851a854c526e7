package io.sluice.provisioner.api;

import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;

/**
 * A call that the monitor answers.
 *
 * @param method its method
 * @param path its path; a part in braces stands for any one segment
 * @param handler answers it
 * @param leaders whether only the leader can answer it, so that others pass it on
 */
record Route(Method method, String path, Handler handler, boolean leaders) {
  /** A call that any monitor answers by itself. */
  static Route here(Method method, String path, Handler handler) {
    return new Route(method, path, handler, false);
  }

  /** A call that the leader answers. */
  static Route leaders(Method method, String path, Handler handler) {
    return new Route(method, path, handler, true);
  }
}
